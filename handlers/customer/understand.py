"""The customer's words as stated facts (aftersales-facts.md §3). Pure; no word decides anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.customer.circumstances import circumstances, order_ref
from handlers.customer.details import details
from handlers.customer.elsewhere import not_ordered
from handlers.customer.gifts import gifts_of
from handlers.customer.goods import goods
from handlers.customer.hearing import Heard, hear
from handlers.customer.likeness import Impression, Likeness
from handlers.customer.naming import LINES, named, names_of, without_others
from handlers.customer.pleas import without_pleas
from handlers.customer.reason import reason, safety, says_faultless, says_taste, swollen
from handlers.customer.scene import Scene, paid_lines, scene_of
from handlers.customer.stand import as_meant, fell, stands_firm, wish
from handlers.customer.stands import CLAIMS, without_wishes
from handlers.rules.order import Item, Order
from knowledge.customer_words import CustomerWords
from knowledge.rules.categories import Categories

# Who only names the goods (我那个裤子), or gives a number or a sum (=1+1), has said nothing yet
# that could sound like a wish or a fault.
_BARE = re.compile(
    r"(?:东西|就是|[我你那这个件条双的单买了嗯哦呢啊吧一在哈0-9a-z=+*/.%,:;'\"_()\- \n?])*",
    re.IGNORECASE,
)
# A message that only names the goods, or corrects which are meant (不对不对 是拖鞋).
_NAMES_ONLY = re.compile(
    "(?:不对|错了|[说搞弄讲看]错|应该|就是|东西|[我你那这个件条双的单买了嗯哦呢啊吧一是哈 ?])*东西"
    "(?:[那这个件条双的单了嗯哦呢啊吧哈 ?])*"
)
_OF_GOODS = frozenset({"damaged_in_transit", "missing_item", "wrong_item"})
_BLAMED = _OF_GOODS | {"quality"}
_NEWS = frozenset({"progress", "track", "order_info", "question", "withdraw"})


@dataclass(frozen=True)
class Understand:
    """`understand(utterances, order)` → stated facts, ready for `read_stated(words_only=True)`."""

    words: CustomerWords
    categories: Categories
    likeness: Likeness

    def __call__(self, utterances: Sequence[str], order: Order) -> Mapping[str, object]:
        """What was said, oldest utterance first. Total: any text has facts, perhaps none."""
        heard = hear(self.words, utterances).without_signal("authority")
        lines = paid_lines(order, self.categories)
        meant = named(heard, lines)
        item = meant if isinstance(meant, Item) else lines[0]
        scene = scene_of(order, self.categories, lines, item)
        if isinstance(meant, Item):
            heard = without_others(heard, lines, meant)
        facts = {k: v for k, v in self._facts(heard, scene) if v not in (None, ())}
        named_as = item.title if isinstance(meant, Item) else meant
        if named_as is not None:
            return {**facts, "item": named_as}
        other = not_ordered(heard, lines, order.items) if _claims(facts) else None
        return {**facts, "not_ordered": other} if other else facts

    def _facts(self, heard: Heard, scene: Scene) -> Iterator[tuple[str, object]]:
        gifts = gifts_of(scene.order, self.categories, self.words)
        plain = self._unnamed(heard, scene)
        said = gifts.set_aside(plain)
        ruled = wish(said, scene, reason(said, scene))
        like = self.likeness.of(said, ruled)
        harm = like.harm(safety(plain) or swollen(plain, scene))
        ground = self._ground(said, scene, like, harm)
        wanted = _wish(said, scene, ground, like)
        cheaper = wanted == "price_diff" and fell(said)
        if cheaper or wanted == "order_info":
            ground = None  # not the goods are worse: the price is better, or they are asked about
        yield "wish", wanted
        yield "reason_class", ground or _asked_about(said, wanted)
        yield "safety", harm
        yield from details(said, scene, ground)
        yield from goods(said.without_signal("clause"), scene, ground)
        yield from circumstances(said, scene, asks=bool(wanted or ground))
        yield "order_ref", order_ref(heard, scene.order)
        yield "gift_returned", gifts.returned(heard)
        yield "gift_price_fen", gifts.price_fen(heard)

    def _unnamed(self, heard: Heard, scene: Scene) -> Heard:
        """What was said without the names of the paid goods, which are no facts."""
        lines = scene.lines[:LINES]
        return heard.without(*(name for line in lines for name in names_of(self.words, line)))

    def _ground(self, said: Heard, scene: Scene, like: Impression, harm: str | None) -> str | None:
        """The ground that was told; harm is one."""
        plain = without_pleas(without_wishes(_without_names(said.without_signal("as_if"))))
        like = like if plain == said else self.likeness.of_part(plain, like)
        ruled = reason(plain, scene)
        told = scene.stage == "received" and not _BARE.fullmatch(plain.text)
        weighed = _weighed(like, ruled) if told else ruled
        if told and weighed is None and ruled in _BLAMED:
            weighed = self._stands(plain, scene, like, ruled)
        hurt = harm not in (None, "account")
        if weighed is not None and not hurt and _excused(plain, weighed, ruled):
            return None
        return "quality" if weighed is None and hurt else weighed

    def _stands(self, said: Heard, scene: Scene, like: Impression, ruled: str) -> str | None:
        """A fault told in a message of its own stands beside others that say nothing of it (退吧,
        还要我寄回去?), as it would alone; None where one of them calls the goods fine."""
        if says_taste(said) or says_faultless(said):
            return None
        telling = [at for at, one in enumerate(_messages(said)) if reason(one, scene) == ruled]
        if not telling or len(telling) == len(said.said):
            return None
        return _weighed(self.likeness.of_part(_only(said, telling), like), ruled)


def _messages(said: Heard) -> list[Heard]:
    """Each message for itself; none where they cannot be told apart any more."""
    lines = said.text.split("\n")
    if len(lines) != len(said.said):
        return []
    return [
        replace(said, text=line, said=(was,)) for line, was in zip(lines, said.said, strict=True)
    ]


def _only(said: Heard, places: Sequence[int]) -> Heard:
    lines = said.text.split("\n")
    kept = tuple(said.said[at] for at in places)
    return replace(said, text="\n".join(lines[at] for at in places), said=kept)


def _without_names(said: Heard) -> Heard:
    """Without messages that only name the goods, or say nothing: they tell of no fault. All where
    nothing else was said."""
    every = _messages(said)
    telling = [at for at, one in enumerate(every) if not _says_nothing(one.text)]
    return _only(said, telling) if 0 < len(telling) < len(every) else said


def _says_nothing(text: str) -> bool:
    return bool(_NAMES_ONLY.fullmatch(text) or _BARE.fullmatch(text))


def _claims(facts: Mapping[str, object]) -> bool:
    """Whether something is to be done about goods, or something is wrong with them."""
    return facts.get("wish", "unsaid") in CLAIMS | {"unsaid"} and bool(facts)


def _excused(said: Heard, weighed: str, ruled: str | None) -> bool:
    """Whether what was said denies a fault; one that no rule found needs less, and who takes the
    blame (怪我没量) blames no goods."""
    if weighed in _BLAMED and said.says("own_blame"):
        return True
    if weighed != "quality":
        return ruled is None and weighed in _OF_GOODS and says_taste(said)
    own = said.says("own_picture") and not said.says("wrong")
    return says_faultless(said) or own or (ruled is None and says_taste(said))


def _weighed(like: Impression, ruled: str | None) -> str | None:
    """Rules and likeness together; of waiting only the rules know."""
    return like.ground(None) or ruled if ruled == "late" else like.ground(ruled)


def _wish(said: Heard, scene: Scene, ground: str | None, like: Impression) -> str | None:
    """What is wanted; who tells of a fault and asks for nothing does not ask for news."""
    ruled = wish(said, scene, ground)
    if stands_firm(said, ruled):
        return ruled
    wanted = ruled if _BARE.fullmatch(said.text) else like.wish(ruled)
    if ruled is not None:
        return wanted
    silent = ground is not None and wanted in _NEWS
    return None if silent else as_meant(wanted, said, scene, ground)


def _asked_about(said: Heard, wanted: str | None) -> str | None:
    """Asking about one's own return without a ground is about a return for no reason."""
    about = said.words.signals["of_return"].search(said.text)
    return "no_reason" if wanted == "question" and about else None
