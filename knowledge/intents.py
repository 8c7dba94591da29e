"""Example sentences by intent, as operators keep them; checked when loaded."""

from pathlib import Path

import yaml

from bot.errors import Faults

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


def load_examples(folder: Path = FOLDER) -> tuple[tuple[str, str], ...]:
    """(sentence, intent) pairs. Raises Faults: unknown intent, empty or doubled sentence."""
    faults: list[str] = []
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for intent, sentences in data.items():
            if intent not in INTENTS:
                faults.append(f"{path.name}: `{intent}` is no intent; known: {', '.join(INTENTS)}")
            for sentence in sentences or []:
                said = str(sentence).strip()
                if found.get(said, intent) != intent:
                    faults.append(f"{path.name}: “{said}” stands under {found[said]} too")
                found[said] = intent
    if faults:
        raise Faults("the intent examples", tuple(faults))
    return tuple(found.items())
