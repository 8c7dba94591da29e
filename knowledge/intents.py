"""Example sentences by intent, as operators keep them; checked when loaded."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from bot.errors import Faults
from knowledge.documents import Document
from knowledge.yaml_text import parse_yaml

FOLDER = Path(__file__).parent / "content" / "intents"

INTENTS = (
    "merchant_question",
    "launch_walkthrough",
    "compliance_check",
    "metrics_diagnosis",
    "fee_calculation",
    "return_request",
    "refund_only_request",
    "exchange_request",
    "refund_status",
    "logistics_query",
    "policy_question",
    "complaint_escalation",
    "human_handoff",
    "greeting",
    "thanks_bye",
    "out_of_scope",
)

GUIDE_QUESTIONS = 300
"""As many of the guide's questions serve as examples; more make loading slow, nothing better."""


def load_examples(folder: Path = FOLDER) -> tuple[tuple[str, str], ...]:
    """(sentence, intent) pairs. Raises Faults: wrong shape, unknown intent, sentence under two."""
    faults: list[str] = []
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        for sentence, intent in _sentences(path, faults):
            if found.get(sentence, intent) != intent:
                faults.append(f"{path.name}: “{sentence}” stands under {found[sentence]} too")
            found[sentence] = intent
    if faults:
        raise Faults("the intent examples", tuple(faults))
    return tuple(found.items())


def guide_questions(
    guide: Iterable[Document], most: int = GUIDE_QUESTIONS
) -> tuple[tuple[str, str], ...]:
    """Questions beside the guide's pages as examples of `merchant_question`, evenly spread."""
    passages = [p for page in guide for p in page.passages if p.kind != "gap"]
    asked = [ask for passage in passages for ask in passage.asks]
    step = max(1, -(-len(asked) // most))
    return tuple((ask, "merchant_question") for ask in asked[::step])


def _sentences(path: Path, faults: list[str]) -> Iterator[tuple[str, str]]:
    for intent, sentences in _read(path, faults).items():
        if intent not in INTENTS:
            faults.append(f"{path.name}: `{intent}` is no intent; known: {', '.join(INTENTS)}")
        if not isinstance(sentences, list | None):
            faults.append(f"{path.name}: `{intent}` needs a list of sentences, one after each `-`")
            continue
        for number, sentence in enumerate(sentences or [], 1):
            if said := _said(sentence):
                yield said, intent
            else:
                faults.append(f"{path.name}: `{intent}` sentence {number} is empty or no text")


def _said(sentence: Any) -> str:
    """The sentence; '' for what is none. Bare numbers such as 886 are said, too."""
    return str(sentence).strip() if isinstance(sentence, str | int | float) else ""


def _read(path: Path, faults: list[str]) -> dict[str, Any]:
    try:
        data = parse_yaml(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        faults.append(f"{path.name}: not YAML: {str(error)[:200]}")
        return {}
    if not isinstance(data, dict):
        faults.append(f"{path.name}: must map intents to lists of sentences")
        return {}
    return {str(intent): sentences for intent, sentences in data.items()}
