"""What platforms say about accounts and their rights, for `server.py doctor`."""

from tests.platform.world import Body, Route, World, error, ok


def routes(world: World) -> dict[str, Route]:
    """Calls that only look."""

    def agent(_app: str, asked: Body) -> Body:
        if asked["agentid"] not in world.agents:
            return error(40056, "invalid agentid")
        return ok(name="店员助手", close=0)

    def accounts(_app: str, asked: Body) -> Body:
        rows = [
            {"open_kfid": kfid, "name": "咨询客服", "manage_privilege": managed}
            for kfid, managed in world.kf_accounts.items()
        ]
        start = asked.get("offset", 0)
        return ok(account_list=rows[start : start + asked.get("limit", 100)])

    def shop(_app: str, _asked: Body) -> Body:
        return ok(info={"nickname": "青瓷小店"})

    def reached(_app: str, _asked: Body) -> Body:
        return ok(dns=[{"ip": "203.0.113.7"}], ping=[{"ip": "203.0.113.7", "package_loss": "0%"}])

    return {
        "cgi-bin/agent/get": agent,
        "cgi-bin/kf/account/list": accounts,
        "channels/ec/basics/info/get": shop,
        "cgi-bin/callback/check": reached,
    }
