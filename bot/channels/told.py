"""A failed call as a finding: an errcode becomes the next action."""

import re

from bot.channels.base import Failed
from bot.findings import Finding

_IP = re.compile(r"\bip:? *((?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F:]{6,})", re.IGNORECASE)
_PASSES = ("retry", "rate_limited")


def told_failure(failed: Failed, what: str) -> Finding:
    """`what` failed. A platform that could not be asked leaves it unsure."""
    # Nothing is tried again here.
    detail = failed.receipt.detail.removesuffix("，稍后自动重试")
    passes = failed.receipt.trouble in _PASSES
    if passes and not failed.code:
        do = "这台机器不能上网属正常；要上线请放行到平台的 https 出口（代理、DNS、防火墙）"
        return Finding("unsure", f"{what}：{detail}", do)
    seen = _IP.search(detail)
    do = f"平台看到的出口 IP 是 {seen[1]}，白名单里加的就是它" if seen else ""
    return Finding("unsure" if passes else "wrong", f"{what}：{detail}", do)
