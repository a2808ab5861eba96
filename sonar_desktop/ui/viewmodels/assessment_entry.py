"""An assessment while it is filled in: what was chosen, what was typed, and what it comes to."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from sonar_core.forms.answers import UNKNOWN_TIME, answered_moment, moment_answer
from sonar_core.forms.definition import NOT_ASKED, Answer, FormDefinition, FormItem, ItemKind
from sonar_core.forms.typed import read_typed_answer
from sonar_core.records.assessment import Assessment
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.viewmodels.time_entry import TimeEntry, as_it_was, read_entry

TYPED_KINDS: Final = frozenset(
    {
        ItemKind.STRING,
        ItemKind.TEXT,
        ItemKind.INTEGER,
        ItemKind.DECIMAL,
        ItemKind.QUANTITY,
        ItemKind.DATE,
    }
)


class AssessmentEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on the form; also the body of its draft. `section` is the one that is open."""

    chosen: dict[str, tuple[Answer, ...]] = {}
    typed: dict[str, str] = {}
    times: dict[str, TimeEntry] = {}
    section: int = 0
    visited: tuple[int, ...] = (0,)

    def with_choice(self, link_id: str, values: tuple[Answer, ...]) -> AssessmentEntry:
        """Return the entry with a question answered by choosing."""
        chosen = {key: value for key, value in self.chosen.items() if key != link_id}
        if values:
            chosen[link_id] = values
        return msgspec.structs.replace(self, chosen=chosen)

    def with_text(self, link_id: str, text: str) -> AssessmentEntry:
        """Return the entry with a field typed anew."""
        typed = {key: value for key, value in self.typed.items() if key != link_id}
        if text:
            typed[link_id] = text
        return msgspec.structs.replace(self, typed=typed)

    def with_time(self, link_id: str, time: TimeEntry) -> AssessmentEntry:
        """Return the entry with a time typed anew."""
        times = {key: value for key, value in self.times.items() if key != link_id}
        if time.typed.strip():
            times[link_id] = time
        return msgspec.structs.replace(self, times=times)

    def text(self, link_id: str) -> str:
        """Return what stands in a field."""
        time = self.times.get(link_id)
        return self.typed.get(link_id, "") if time is None else time.typed


def as_answered(form: FormDefinition, record: Assessment) -> AssessmentEntry:
    """Return the entry that a signed assessment was written as, by the same version of the form.

    What was left blank was signed as "not asked" and is blank again; signing says so once more.
    """
    entry = AssessmentEntry(visited=tuple(range(len(form.items))))
    zone = record.performed_at.zone
    for item in form.walk():
        values = record.answers.get(item.link_id, ())
        if not values or values == (NOT_ASKED,):
            continue
        if item.kind in TYPED_KINDS:
            entry = entry.with_text(item.link_id, str(values[0]))
            continue
        if item.kind is not ItemKind.DATE_TIME:
            entry = entry.with_choice(item.link_id, values)
            continue
        moment = answered_moment(str(values[0]), zone)
        unknown = TimeEntry(typed=UNKNOWN_TIME, typed_ms=record.performed_at.utc_ms)
        entry = entry.with_time(item.link_id, unknown if moment is None else as_it_was(moment))
    return entry


def answers_of(
    form: FormDefinition,
    entry: AssessmentEntry,
    *,
    now_ms: int,
    latest_ms: int,
    zone: str,
    today: date,
) -> dict[str, tuple[Answer, ...]]:
    """Return the answers that can be kept: what is typed and wrong is not among them."""
    answers = dict(entry.chosen)
    for item in form.walk():
        if item.link_id in entry.typed and item.kind in TYPED_KINDS:
            value = read_typed_answer(item, entry.typed[item.link_id], today=today).value
            if value is not None:
                answers[item.link_id] = (value,)
        elif item.link_id in entry.times:
            moment = read_entry(
                entry.times[item.link_id], now_ms=now_ms, latest_ms=latest_ms, zone=zone
            ).moment
            if moment is not None:
                answers[item.link_id] = (moment_answer(moment),)
    return answers


def flaw_of(
    item: FormItem, entry: AssessmentEntry, *, now_ms: int, latest_ms: int, zone: str, today: date
) -> Flaw | None:
    """Return what is wrong with what was typed in one field, or None."""
    if item.link_id in entry.times:
        time = entry.times[item.link_id]
        return read_entry(time, now_ms=now_ms, latest_ms=latest_ms, zone=zone).flaw
    if item.link_id in entry.typed and item.kind in TYPED_KINDS:
        text = read_typed_answer(item, entry.typed[item.link_id], today=today).text
        return None if text is None else Flaw(text=text)
    return None
