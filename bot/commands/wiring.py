"""What the commands need of server.py, which alone chooses the parts."""

from typing import Protocol

from bot.http.parts import Parts
from bot.settings import Settings
from bot.store import Store
from retrieval.index import Index


class Wiring(Protocol):
    """server.py, seen from its commands."""

    DEMO: str

    def build(self, settings: Settings, *, demo: bool) -> Parts: ...

    def open_store(self, settings: Settings) -> Store: ...

    def open_index(self, settings: Settings, store: Store) -> Index: ...
