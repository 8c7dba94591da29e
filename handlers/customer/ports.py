"""What the after-sales dialogue reads besides orders: cases, pictures, failed proofs, policies."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.cases import CaseFile
from knowledge.policies import Policy


class CaseBook(Protocol):
    """Read only; what changes leaves in the Outcome."""

    async def of_order(self, shop: str, order_no: str) -> Sequence[CaseFile]:
        """Every case of an order, oldest first."""
        ...

    async def reused(self, shop: str, order_no: str, digests: Sequence[str]) -> bool:
        """Whether one of these pictures was evidence for another order."""
        ...

    async def digests(self, conversation_id: str, ids: Sequence[str]) -> Sequence[str]:
        """Content hashes of pictures uploaded in this conversation."""
        ...

    async def failed(self, keys: Sequence[str], since: datetime) -> dict[str, int]:
        """How many failed proofs each key has since then."""
        ...


class CaseShelf(Protocol):
    """Cases by id, for what happens by the clock. Read only."""

    async def read(self, case_id: str) -> CaseFile | None:
        """The case as it stands, or None."""
        ...

    async def of_platform(self, shop: str, number: str, order_no: str) -> CaseFile | None:
        """The case of the platform's after-sale: told of, filed by us, or the order's open one
        that the platform has not told of."""
        ...

    async def of_order(self, shop: str, order_no: str) -> Sequence[CaseFile]:
        """Every case of an order, oldest first."""
        ...


Policies = Callable[[str], Awaitable[Policy]]
"""The policy in force of a shop."""
