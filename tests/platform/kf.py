"""微信客服: messages to fetch, states, five sends in forty-eight hours, event messages."""

from datetime import timedelta
from typing import Any

from tests.platform.world import Body, Route, World, error, ok

NEW, BOT, QUEUE, PERSON, ENDED = range(5)
KEEPS = timedelta(days=3)
_TEXT_BYTES, _MENU_BYTES = 2048, 1024


def says(world: World, kfid: str, person: str, text: str, **more: Any) -> Body:
    """A customer writes, or taps (`menu_id`); the chat is new again if it had ended."""
    return _said(world, kfid, person, {"msgtype": "text", "text": {"content": text, **more}})


def shows(world: World, kfid: str, person: str, media_id: str) -> Body:
    """A customer sends a picture."""
    return _said(world, kfid, person, {"msgtype": "image", "image": {"media_id": media_id}})


def _said(world: World, kfid: str, person: str, body: Body) -> Body:
    customer = world.customers[kfid, person]
    if customer.state == ENDED:
        customer.state = NEW
    world.wrote(kfid, person)
    return _item(world, kfid, person, 3, body)


def enters(world: World, kfid: str, person: str, *, code: str = "", scene_param: str = "") -> Body:
    """A customer opens the chat; with a code a welcome may be said for twenty seconds."""
    event: Body = {"event_type": "enter_session", "scene_param": scene_param}
    if code:
        event["welcome_code"] = code
        world.codes[code] = (kfid, person, world.clock() + timedelta(seconds=20))
    return _event(world, kfid, person, event)


def takes(world: World, kfid: str, person: str, servicer: str) -> Body:
    """A servicer takes the chat from the pool."""
    customer = world.customers[kfid, person]
    customer.state, customer.servicer = PERSON, servicer
    change = {"event_type": "session_status_change", "change_type": 1}
    return _event(world, kfid, person, change | {"new_servicer_userid": servicer})


def ends(world: World, kfid: str, person: str, *, code: str = "") -> Body:
    """A servicer ends the chat; with a code a farewell may be said for twenty seconds."""
    customer = world.customers[kfid, person]
    customer.state, customer.servicer = ENDED, ""
    event: Body = {"event_type": "session_status_change", "change_type": 3}
    if code:
        event["msg_code"] = code
        world.codes[code] = (kfid, person, world.clock() + timedelta(seconds=20))
    return _event(world, kfid, person, event)


def _event(world: World, kfid: str, person: str, event: Body) -> Body:
    event |= {"open_kfid": kfid, "external_userid": person}
    return _item(world, kfid, "", 4, {"msgtype": "event", "event": event})


def _item(world: World, kfid: str, person: str, origin: int, body: Body) -> Body:
    items = world.items[kfid]
    made = {
        "msgid": f"m{kfid}{len(items) + 1}",
        "send_time": int(world.clock().timestamp()),
        "origin": origin,
        **({"open_kfid": kfid, "external_userid": person} if person else {}),
        **body,
    }
    items.append(made)
    return made


def routes(world: World) -> dict[str, Route]:
    """The calls that need a token, by path."""

    def sync(_app: str, asked: Body) -> Body:
        items = world.items[asked["open_kfid"]]
        start = int(asked["cursor"][1:].split("e")[0]) if asked.get("cursor") else _oldest(items)
        if world.empty_pages:
            world.empty_pages -= 1
            return ok(next_cursor=f"c{start}e{world.empty_pages}", has_more=1, msg_list=[])
        page = items[start : start + min(int(asked.get("limit") or 1000), 1000)]
        end = start + len(page)
        return ok(next_cursor=f"c{end}", has_more=int(end < len(items)), msg_list=page)

    def _oldest(items: list[Body]) -> int:
        since = (world.clock() - KEEPS).timestamp()
        return sum(1 for item in items if item["send_time"] < since)

    def send(_app: str, asked: Body) -> Body:
        kfid, person = asked["open_kfid"], asked["touser"]
        if (kfid, asked["msgid"]) in world.keys:
            return error(95999, "duplicate msgid")
        if world.customers[kfid, person].state not in (NEW, BOT):
            return error(95018, "send msg session status invalid")
        refused = _too_long(asked) or _closed(kfid, person)
        if refused:
            return refused
        made = asked["msgid"]
        world.keys[kfid, made] = made
        fails = world.customers[kfid, person].fails
        if fails is None:
            world.deliver(kfid, person, "kf", asked, made)
        else:
            event = {"event_type": "msg_send_fail", "fail_msgid": made, "fail_type": fails}
            _event(world, kfid, person, event)
        return ok(msgid=made)

    def _closed(kfid: str, person: str) -> Body | None:
        refused = world.may_write(kfid, person)
        return error(95001, "send msg count limit") if refused else None

    def on_event(_app: str, asked: Body) -> Body:
        kfid, person, until = world.codes.pop(asked["code"], ("", "", world.clock()))
        if world.clock() >= until:
            return error(95016, "code expired or used")
        made = world.deliver(kfid, person, "kf", asked, asked.get("msgid", ""))
        return ok(msgid=made)

    def state(_app: str, asked: Body) -> Body:
        customer = world.customers[asked["open_kfid"], asked["external_userid"]]
        return ok(service_state=customer.state, servicer_userid=customer.servicer)

    def trans(_app: str, asked: Body) -> Body:
        customer = world.customers[asked["open_kfid"], asked["external_userid"]]
        moves = {NEW: (QUEUE, PERSON), BOT: (QUEUE, PERSON), QUEUE: (PERSON,), PERSON: (3, 4)}
        if asked["service_state"] not in moves.get(customer.state, ()):
            return error(95013, "invalid state change")
        customer.state = asked["service_state"]
        customer.servicer = asked.get("servicer_userid", "")
        return ok(msg_code="code")

    return {
        "cgi-bin/kf/sync_msg": sync,
        "cgi-bin/kf/send_msg": send,
        "cgi-bin/kf/send_msg_on_event": on_event,
        "cgi-bin/kf/service_state/get": state,
        "cgi-bin/kf/service_state/trans": trans,
    }


def _too_long(asked: Body) -> Body | None:
    text = asked.get("text", {}).get("content", "")
    menu = asked.get("msgmenu", {})
    heads = [str(menu.get(name, "")).encode() for name in ("head_content", "tail_content")]
    over = len(text.encode()) > _TEXT_BYTES or any(len(head) > _MENU_BYTES for head in heads)
    return error(40058, "invalid parameter: too long") if over else None
