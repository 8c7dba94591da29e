"""What is noted while one message is read, and which words take a statement back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

UNDONE = re.compile(
    r"(不是|不算|并非|非|不叫|没注册|不卖|不做|没有?开)[^ ]{0,2}$|(没有?|无|还没开|不想开)$"
)
"""Before a word: it is not so."""
HEARSAY = re.compile(r"听说|据说|听人|人家说|别人说|有人说|朋友说|都说|他们说|看到有")
"""What others say tells nothing about this merchant."""


@dataclass
class Notes:
    """Values and words heard so far; weak words replace no plain ones."""

    values: dict[str, str | int] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    assumed: set[str] = field(default_factory=set)

    def take(self, key: str, value: str | int, assumed: bool = False) -> None:
        if assumed and key in self.values and key not in self.assumed:
            return
        self.values[key] = value
        (self.assumed.add if assumed else self.assumed.discard)(key)
