"""A WeCom application: messages and cards to members, group robots.

A card goes to every member named, each task's name once. A tap brings a response code, with which
the card is changed once, for everybody who got it.
"""

from tests.platform.world import Body, Route, World, error, ok

NOBODY = "nobody"


def routes(world: World) -> dict[str, Route]:
    """The calls that need a token, by path."""

    def send(app: str, asked: Body) -> Body:
        to = asked["touser"]
        if to == NOBODY:
            return error(81013, "user & party & tag all invalid")
        if len(str(asked.get("text", {}).get("content", "")).encode()) > 2048:
            return error(40058, "text too long")
        if asked["msgtype"] == "template_card":
            return _card(app, asked)
        said = (app, f"{to}\0{asked.get('text')}")
        if asked.get("enable_duplicate_check") and said in world.keys:
            return ok(msgid=world.keys[said], invaliduser="")  # the same words within half an hour
        made = ""
        for member in to.split("|"):
            made = world.keys[said] = world.deliver(app, member, "wecom", asked)
        return ok(msgid=made, invaliduser="")

    def _card(app: str, asked: Body) -> Body:
        card = asked["template_card"]
        if not _sound(card):
            return error(40016, "invalid template_card")
        if (app, card["task_id"]) in world.keys:
            return error(42014, "task_id repeated")
        made = ""
        for member in asked["touser"].split("|"):
            made = world.keys[app, card["task_id"]] = world.deliver(app, member, "wecom", asked)
        return ok(msgid=made, invaliduser="")

    def update(app: str, asked: Body) -> Body:
        code = asked["response_code"]
        owner, task, used = world.tapped.get(code, ("", "", True))
        if owner != app or used:
            return error(42048, "response_code invalid or used")
        world.tapped[code] = (owner, task, True)
        world.changed[app, task] = asked["button"]["replace_name"]
        world.deliver(app, code, "card", asked)
        return ok()

    return {
        "cgi-bin/message/send": send,
        "cgi-bin/message/update_template_card": update,
    }


def _sound(card: Body) -> bool:
    """As far as the documents say what a card must have."""
    if card["card_type"] == "text_notice":
        return bool(card.get("card_action"))
    buttons = card.get("button_list", [])
    keys = [button["key"] for button in buttons]
    named = bool(card.get("main_title") or card.get("sub_title_text"))
    fits = 1 <= len(buttons) <= 6 and len(set(keys)) == len(keys)
    return named and fits and all(len(key.encode()) <= 1024 for key in keys)
