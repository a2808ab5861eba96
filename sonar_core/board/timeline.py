"""The timeline of a record: what happened, newest first, with two times on everything.

Nothing is left out because it was corrected: what was struck out or amended stays, marked so,
with who did it and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from sonar_core.board.severity import Severity
from sonar_core.board.timeline_said import Category, Said
from sonar_core.board.timeline_words import say
from sonar_core.board.views import CopyState, RecordView
from sonar_core.moments import Moment
from sonar_core.records.base import Fact, Record, Replacement
from sonar_core.typed_time import late_by_ms


class EntryState(StrEnum):
    """Whether the entry stands; a replaced decision was right when it was made."""

    STANDS = "stands"
    STRUCK_OUT = "struck_out"
    AMENDED = "amended"
    REPLACED = "replaced"


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """Who took an entry's place, when and why; `by` is the id of the entry that did."""

    by: str
    who: str
    at: Moment
    reason: str


class TimelineEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened. `at` is the big time, `recorded_at` the small one.

    `late_ms` is how long after it was written, where that makes it a late entry. `was` is the id
    of the entry that this one corrects or follows; `is_for_held` says that the server held it back.
    """

    id: str
    kind: str
    at: Moment
    recorded_at: Moment
    late_ms: int | None
    title: str
    text: str
    who: str
    category: Category
    severity: Severity
    state: EntryState
    correction: Correction | None
    was: str | None
    is_for_held: bool
    standing: CopyState
    marks: tuple[str, ...]


_STATE_AFTER = {
    Replacement.ENTERED_IN_ERROR: EntryState.STRUCK_OUT,
    Replacement.AMENDED: EntryState.AMENDED,
    Replacement.LATER_DECISION: EntryState.REPLACED,
}


def timeline(views: Iterable[RecordView], people: Mapping[str, str]) -> tuple[TimelineEntry, ...]:
    """Return the entries, newest first by when they happened.

    `people` holds "R Okafor, nurse" by user id; somebody who is not in it is named by the id.
    """
    known = list(views)
    followers: dict[str, Fact] = {}
    for view in known:
        record = view.record
        if isinstance(record, Fact):
            for before in record.follows:
                followers.setdefault(before, record)
    entries = [
        _entry(view, said, followers.get(view.record.id), people)
        for view in known
        if not _only_strikes_out(view.record)
        for said in say(view.record)
    ]
    entries.sort(key=lambda one: (one.at.utc_ms, one.recorded_at.utc_ms, one.id), reverse=True)
    return tuple(entries)


def filtered(entries: Iterable[TimelineEntry], category: Category) -> tuple[TimelineEntry, ...]:
    """Return the entries of one category."""
    return tuple(one for one in entries if one.category is category)


def _only_strikes_out(record: Record) -> bool:
    return isinstance(record, Fact) and record.replacement is Replacement.ENTERED_IN_ERROR


def _entry(
    view: RecordView, said: Said, follower: Fact | None, people: Mapping[str, str]
) -> TimelineEntry:
    record = view.record
    author = said.by or view.author
    written = record.recorded_at if isinstance(record, Fact) else view.recorded_at
    state = EntryState.STRUCK_OUT if said.is_struck_out else EntryState.STANDS
    correction = None
    if follower is not None:
        reason = follower.replacement or Replacement.AMENDED
        state = _STATE_AFTER[reason]
        correction = Correction(
            by=follower.id,
            who=people.get(follower.recorded_by, follower.recorded_by),
            at=follower.recorded_at,
            reason=follower.replacement_reason,
        )
    at = said.at or written
    # An entity's times are not its author's act: a referral is asked for by custody long before.
    is_act = isinstance(record, Fact)
    return TimelineEntry(
        id=record.id,
        kind=view.kind,
        at=at,
        recorded_at=written,
        late_ms=late_by_ms(at, written_ms=written.utc_ms) if is_act else None,
        title=said.title,
        text=said.text,
        who=people.get(author, author),
        category=said.category,
        severity=said.severity,
        state=state,
        correction=correction,
        was=next(iter(record.follows), None) if isinstance(record, Fact) else None,
        is_for_held=isinstance(record, Fact) and record.corrects is not None,
        standing=view.standing,
        marks=view.marks,
    )
