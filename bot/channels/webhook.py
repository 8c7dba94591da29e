"""Alerts to people of the shop: a WeCom group robot, or any address that takes JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from bot.mail import Receipt

SECONDS = 5.0
_ROBOT_BYTES = 2048


@dataclass(frozen=True, slots=True)
class AlertHook:
    """`form`: "wecom" speaks as WeCom's group robots want it, "json" posts the facts beside the
    text. The address is a secret (it holds the robot's key) and stands in no log."""

    url: str
    form: Literal["wecom", "json"]
    client: httpx.AsyncClient

    async def tell(self, text: str, facts: Mapping[str, str]) -> Receipt:
        """Never raises: what went wrong is a Receipt."""
        try:
            answer = await self.client.post(self.url, json=self._body(text, facts), timeout=SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Receipt("retry", detail=type(error).__name__)
        if answer.status_code >= 500 or answer.status_code == 429:
            return Receipt("retry", detail=str(answer.status_code))
        if answer.status_code >= 400:
            return Receipt("refused", detail=str(answer.status_code))
        return self._robots_word(answer) if self.form == "wecom" else Receipt()

    def _body(self, text: str, facts: Mapping[str, str]) -> dict[str, Any]:
        if self.form == "json":
            return {"text": text, **facts}
        cut = text.encode()[:_ROBOT_BYTES].decode(errors="ignore")
        return {"msgtype": "text", "text": {"content": cut}}

    def _robots_word(self, answer: httpx.Response) -> Receipt:
        """A robot answers 200 with an errcode."""
        try:
            errcode = answer.json().get("errcode", 0)
        except (ValueError, AttributeError):
            return Receipt("retry", detail="not JSON")
        if not errcode:
            return Receipt()
        return Receipt("rate_limited" if errcode == 45009 else "refused", detail=str(errcode))
