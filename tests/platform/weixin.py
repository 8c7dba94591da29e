"""Official accounts, mini-programs and 微信小店's own customer service."""

from tests.platform.world import Body, Route, World, error, ok


def routes(world: World) -> dict[str, Route]:
    """The calls that need a token, by path."""

    def commkf(app: str, asked: Body) -> Body:
        key = (app, str(asked.get("request_id", "")))
        if key[1] and key in world.keys:
            return ok(msg_id=world.keys[key])
        kind, to = asked.get("msg_type", ""), asked.get("open_id", "")
        if not isinstance(asked.get(kind), dict):
            return error(40035, "invalid parameter")
        closed = world.may_write(app, to)
        if closed:
            return closed
        made = world.deliver(app, to, "commkf", asked)
        world.keys[key] = made
        return ok(msg_id=made)

    def custom(app: str, asked: Body) -> Body:
        kind, to = asked.get("msgtype", ""), asked.get("touser", "")
        if not isinstance(asked.get(kind), dict):
            return error(40008, "invalid message type")
        if len(str(asked[kind].get("content", "")).encode()) > 2048:
            return error(45002, "content size out of limit")
        closed = world.may_write(app, to)
        if closed:
            return closed
        world.deliver(app, to, "custom", asked)
        return ok()

    def typing(app: str, asked: Body) -> Body:
        if asked.get("command") not in ("Typing", "CancelTyping"):
            return error(45072, "invalid command")
        if (app, asked.get("touser", "")) not in world.doors:
            return error(45080, "no interaction within 30 s")
        return ok()

    return {
        "channels/ec/commkf/sendmsg": commkf,
        "cgi-bin/message/custom/send": custom,
        "cgi-bin/message/custom/typing": typing,
        "cgi-bin/message/custom/business/typing": typing,
    }
