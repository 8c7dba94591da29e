"""The secret address of a plan: names the conversation, runs out, opens nothing else. Pure.

`<conversation>.<expires>.<signature>`: anybody who has it may read the plan until then. It is
signed with the shop's secret, so nothing is stored; it is not the chat's token and cannot be turned
into it.
"""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

DAYS = 30
SHAPE = re.compile(r"([0-9a-zA-Z_-]{1,64})\.([0-9]{9,11})\.([0-9a-f]{40})")


def plan_token(conversation_id: str, secret: str, now: datetime) -> str:
    """A token good for `DAYS` from now; within an hour it is the same one."""
    hour = int((now + timedelta(days=DAYS)).timestamp()) // 3600 * 3600
    return f"{conversation_id}.{hour}.{_signature(conversation_id, hour, secret)}"


def conversation_of(token: str) -> str | None:
    """The conversation a token names; whether it is genuine is `is_good`'s question."""
    found = SHAPE.fullmatch(token)
    return found[1] if found else None


def expiry_of(token: str) -> int:
    """When the token runs out, in seconds since 1970; 0 for what is none."""
    found = SHAPE.fullmatch(token)
    return int(found[2]) if found else 0


def is_good(token: str, secret: str, now: datetime) -> bool:
    """Signed with that secret and not yet run out."""
    found = SHAPE.fullmatch(token)
    if not found or not secret:
        return False
    genuine = hmac.compare_digest(found[3], _signature(found[1], int(found[2]), secret))
    return genuine and now.timestamp() < int(found[2])


def _signature(conversation_id: str, expires: int, secret: str) -> str:
    signed = f"plan:{conversation_id}:{expires}".encode()
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()[:40]
