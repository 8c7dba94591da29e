"""What the walkthrough says of a rejection: cause, change, what to send again, until when. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Choice
from handlers.merchant.launch_draft import HANDOFF, Draft
from handlers.merchant.launch_telling import Telling
from handlers.rules.launch_dates import resubmit, spoken
from handlers.rules.launch_rejected import causes
from knowledge.launch.shapes import Rejection


def rejected(telling: Telling, draft: Draft, said: str, reason_given: bool) -> bool:
    """Cause, change, what to send again and until when. False if the reason is unknown."""
    found = causes(telling.book, said)
    if found:
        _causes(telling, draft, found)
    elif reason_given:
        draft.say(telling.say("rejected_unknown"))
        draft.choices = (HANDOFF,)
    else:
        draft.say(telling.say("rejected_reason"))
    deadline(telling, draft)
    return bool(found) or not reason_given


def _causes(telling: Telling, draft: Draft, found: Sequence[Rejection]) -> None:
    first, *others = found
    words = {n: getattr(first, n) for n in ("title", "cause", "change", "resubmit")}
    draft.say(telling.say("rejected", **words), first.links)
    for other in others:
        draft.say(telling.say("rejected_more", title=other.title, change=other.change), other.links)


def mending(telling: Telling, draft: Draft, where: bool = False) -> None:
    """What to do about the rejection they told of; `where`: they ask on which page."""
    found = causes(telling.book, telling.profile.said.get("rejection", ""))
    if found:
        words = {n: getattr(found[0], n) for n in ("change", "resubmit")}
        draft.say(telling.say("rejected_mend", **words), found[0].links)
    else:
        draft.say(telling.say("rejected_mend_unknown"))
        draft.choices = (HANDOFF,)
    if where:
        draft.say(telling.say("rejected_where"))
    deadline(telling, draft)


def deadline(telling: Telling, draft: Draft) -> None:
    """Until when it may come again, by the guide's own figure; asks for the day if need be."""
    link = [telling.book.resubmit_link]
    day = telling.profile.rejected_on
    if day is None:
        draft.say(telling.say("rejected_when"), link)
        if not draft.choices:
            draft.choices = (
                Choice("launch:rejected:0", "今天"),
                Choice("launch:rejected:1", "昨天"),
            )
        return
    due = resubmit(day, telling.today, telling.book.resubmit_days)
    until = spoken(due.until)
    if due.left < 0:
        draft.say(telling.say("rejected_over", until=until), link)
    else:
        left = f"还剩{due.left}天" if due.left else "就是今天"
        draft.say(telling.say("rejected_until", until=until, left=left), link)
        draft.choices = (*draft.choices, Choice(f"remind:resubmit:{day}", "到期提醒我"))
