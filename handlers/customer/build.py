"""The words and the rule book put together: what reads a customer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from handlers.customer.learned import find, keep, taught_by
from handlers.customer.likeness import Lessons, Likeness, Sense, learn
from handlers.customer.senses import Senses, load_senses, save_senses
from handlers.customer.understand import Understand
from knowledge.complaints import load_complaints
from knowledge.customer_words import FILE, CustomerWords, load_customer_words
from knowledge.rules.book import RuleBook
from knowledge.sentences import HARMS, WISHES, load_sentences

SIGNALS = (
    "electric",
    "fire",
    "swollen",
    "illness",
    "injury",
    "near_miss",
    "account",
    "complaint",
    "anger",
    "put_out",
    "failed_turns",
    "waiting",
    "clause",
    "promise",
    "as_if",
    "authority",
    "fine",
    "quality",
    "plainly_bad",
    "dirty",
    "mere_taste",
    "own_blame",
    "own_picture",
    "cannot",
    "cannot_otherwise",
    "fresh_bad",
    "cosmetic",
    "expired",
    "foreign",
    "unlabelled",
    "spoiled",
    "broken",
    "by_carrier",
    "arrival",
    "wear",
    "wrong",
    "wrong_contrast",
    "wrong_goods",
    "missing",
    "accessory_named",
    "lacks_units",
    "weighed",
    "as_shown",
    "other_than_shown",
    "broken_by_force",
    "empty",
    "not_received",
    "rest_came",
    "signed_shown",
    "refund_object",
    "late",
    "fake",
    "fake_asked",
    "outer_box",
    "sealed_still",
    "opened",
    "tried_on",
    "tested",
    "seal_broken",
    "self_repaired",
    "serial_altered",
    "lasting_marks",
    "own_doing",
    "damaged_by_buyer",
    "activated",
    "data_left",
    "tag_cut",
    "soiled",
    "washed",
    "used",
    "consumed_some",
    "used_up",
    "light_use",
    "parts_lost",
    "redeemed",
    "not_redeemed",
    "consumed",
    "deposit",
    "deposit_only",
    "bought_to_sell",
    "bought_to_produce",
    "ready_made",
    "qualities",
    "everything",
    "stays",
    "is_meant",
    "of_return",
    "five_days",
    "gift",
    "gift_gone",
    "gone",
    "proxy",
    "without_consent",
    "stalled",
    "lost",
    "sent_back",
    "maybe",
    "no_order_ref",
    "hypothetical",
    "only_asking",
    "asks",
    "rule",
    "firm",
    "unwanted",
    "sends_back",
    "supposed",
    "supposed_otherwise",
    "application",
    "no_return",
    "things",
    "cheaper_now",
)


def understanding(
    book: RuleBook, file: Path = FILE, kept: Path | None = None, sense: Sense | None = None
) -> Understand:
    """Load the words. Raises ContentFaultsError with every fault in them and in the sentences.

    Words and sentences from which the weights at hand were learned have been checked then; others
    are checked, learned, and kept in the folder `kept`. `sense` reads whole sentences; without it
    characters and signals must do.
    """
    digest = taught_by(file)
    likeness = find(digest, kept)
    words = _words(book, file, known_good=likeness is not None)
    if likeness is None:
        likeness = _learn(book, words, load_senses(), sense)
        keep(likeness, digest, kept)
    return Understand(words, book.categories, replace(likeness, sense=sense))


def _learn(book: RuleBook, words: CustomerWords, senses: Senses, sense: Sense | None) -> Likeness:
    """Everything learned anew: some seconds. Raises ContentFaultsError with every fault."""
    taught = lessons(book)
    return learn(words, taught, senses.of_all(taught.sentences(), sense))


def lessons(book: RuleBook) -> Lessons:
    """The committed sentences. Raises ContentFaultsError."""
    harms = tuple(book.vocabulary.keys["safety"].values)
    wishes = load_sentences(WISHES, _wishes(book))
    return Lessons(load_complaints(), wishes, load_sentences(HARMS, harms))


def learn_committed(book: RuleBook, sense: Sense | None = None) -> Likeness:
    """The committed words, checked, and the committed sentences, learned anew."""
    return _learn(book, _words(book, FILE, known_good=False), load_senses(), sense)


def sense_committed(book: RuleBook, sense: Sense) -> None:
    """Keep the sense of the committed sentences, finding out what is not kept yet."""
    senses = load_senses()
    save_senses(senses.of_all(lessons(book).sentences(), sense), senses.middle)


def _words(book: RuleBook, file: Path, *, known_good: bool) -> CustomerWords:
    return load_customer_words(SIGNALS, _wishes(book), file, known_good=known_good)


def _wishes(book: RuleBook) -> tuple[str, ...]:
    return tuple(book.vocabulary.keys["wish"].values)
