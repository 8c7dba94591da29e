"""A WeCom application: messages and cards to members, group robots."""

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
        said = (app, f"{to}\0{asked.get('text')}")
        if asked.get("enable_duplicate_check") and said in world.keys:
            return ok(msgid=world.keys[said], invaliduser="")  # the same words within half an hour
        made = world.keys[said] = world.deliver(app, to, "wecom", asked)
        return ok(msgid=made, invaliduser="")

    def update(app: str, asked: Body) -> Body:
        world.deliver(app, asked["response_code"], "card", asked)
        return ok()

    return {
        "cgi-bin/message/send": send,
        "cgi-bin/message/update_template_card": update,
    }
