"""The medication chart as rows and slots: what the grid paints and a screen reader says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from sonar_core.board.policy import BoardPolicy
from sonar_core.board.timeline_doses import DOSE_WORDS
from sonar_core.medicines.doses import TAKEN, amount
from sonar_core.medicines.schedule import slots_between
from sonar_core.moments import DAY_MS, HOUR_MS, MINUTE_MS, format_duration, format_time, moment_at
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_core.records.medication_request import (
    MedicationRequest,
    RequestStatus,
    SupplyRoute,
)
from sonar_desktop.usecases.read_chart import ChartLine

LATE_DOSE_MS: Final = 60 * MINUTE_MS
"""A dose taken longer after its time is marked late. Ours, **not clinically signed off**."""


class Group(StrEnum):
    """The parts of the chart, in their order."""

    REGULAR = "Regular"
    WHEN_NEEDED = "When needed"
    ONCE = "Once only"
    STOPPED = "Stopped or entered in error"


class SlotKind(StrEnum):
    """What became of a dose, or what it waits for; each has a shape and a word."""

    GIVEN = "given"
    CUSTODY = "custody"
    PART = "part"
    REFUSED = "refused"
    WITHHELD = "withheld"
    NOT_AVAILABLE = "not_available"
    ASLEEP = "asleep"
    NOT_IN_SUITE = "not_in_suite"
    VOMITED = "vomited"
    ERROR = "error"
    DUE = "due"
    LATE = "late"
    LATER = "later"


_KIND_OF: Final = {
    DoseOutcome.GIVEN: SlotKind.GIVEN,
    DoseOutcome.GIVEN_BY_CUSTODY: SlotKind.CUSTODY,
    DoseOutcome.PARTLY_GIVEN: SlotKind.PART,
    DoseOutcome.REFUSED: SlotKind.REFUSED,
    DoseOutcome.WITHHELD: SlotKind.WITHHELD,
    DoseOutcome.NOT_AVAILABLE: SlotKind.NOT_AVAILABLE,
    DoseOutcome.ASLEEP: SlotKind.ASLEEP,
    DoseOutcome.NOT_IN_SUITE: SlotKind.NOT_IN_SUITE,
    DoseOutcome.VOMITED: SlotKind.VOMITED,
    DoseOutcome.ENTERED_IN_ERROR: SlotKind.ERROR,
}

AUTHORITY_TEXT: Final = {
    SupplyRoute.PGD: "PGD",
    SupplyRoute.PSD: "PSD",
    SupplyRoute.PRESCRIPTION: "prescription",
    SupplyRoute.OWN_MEDICINE: "own medicine",
    SupplyRoute.GENERAL_SALE: "general sale",
}

ROUTE_TEXT: Final = {
    "oral": "By mouth",
    "sublingual": "Under the tongue",
    "buccal": "In the cheek",
    "inhaled": "Inhaled",
    "nebulised": "Nebulised",
    "intranasal": "In the nose",
    "intramuscular": "Into muscle",
    "subcutaneous": "Under the skin",
    "topical": "On the skin",
    "rectal": "Rectal",
}
"""Routes as an order names them, in words."""


@dataclass(frozen=True, kw_only=True)
class SlotFace:
    """A dose at a time: `entry` is set once it is recorded, `due_ms` while it waits.

    `to_check` says that the dose breaks a rule and that nobody has answered for it.
    """

    kind: SlotKind
    at_ms: int
    time: str
    word: str
    spoken: str
    entry: str | None = None
    due_ms: int | None = None
    to_check: bool = False


@dataclass(frozen=True, kw_only=True)
class RowFace:
    """A medicine. `taken` is what counts in the last 24 hours, `per_mille` of the order's most.

    `to_check` are the rules about it that do not hold, in words.
    """

    request: str
    group: Group
    name: str
    detail: str
    taken: str
    per_mille: int | None
    is_struck: bool
    is_active: bool
    is_emergency: bool
    ask_first: bool
    slots: tuple[SlotFace, ...]
    to_check: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """Return the row as a screen reader says it."""
        taken = f", {self.taken} in 24hr" if self.taken else ""
        return " ".join((f"{self.name}. {self.detail}{taken}", *self.to_check))


def medicine_name(order: MedicationRequest) -> str:
    """Return ``Paracetamol 500 mg tablet``."""
    return " ".join(part for part in (order.medicine, order.strength, order.form) if part)


def dose_text(dose: str | None, unit: str) -> str:
    """Return ``30 mg``, empty where nothing was taken."""
    return "" if dose is None else f"{dose} {unit}".strip()


def hours_text(minutes: int) -> str:
    """Return ``4hr`` or ``1hr 30min``."""
    return format_duration(minutes * MINUTE_MS)


def rows_of(
    lines: Sequence[ChartLine],
    names: Mapping[str, str],
    *,
    now_ms: int,
    zone: str,
    until_ms: int,
    policy: BoardPolicy,
) -> tuple[RowFace, ...]:
    """Return the rows by group, then by name; slots to come up to `until_ms`."""
    rows = [_row(line, names, now_ms, zone, until_ms, policy) for line in lines]
    order = list(Group)
    return tuple(sorted(rows, key=lambda row: (order.index(row.group), row.name.casefold())))


def group_of(order: MedicationRequest) -> Group:
    """Return the part of the chart an order stands in."""
    if order.status is not RequestStatus.ACTIVE:
        return Group.STOPPED
    if order.as_needed:
        return Group.WHEN_NEEDED
    return Group.REGULAR if order.due_times else Group.ONCE


def _row(
    line: ChartLine,
    names: Mapping[str, str],
    now_ms: int,
    zone: str,
    until_ms: int,
    policy: BoardPolicy,
) -> RowFace:
    order = line.order
    taken = _taken_24h(line, now_ms)
    most = amount(order.maximum_24h)
    per_mille = None if most is None or most <= 0 else int(min(taken / most, Decimal(1)) * 1000)
    asked = {one.about[0] for one in line.broken}
    recorded = [_entry_slot(one, names, to_check=one.id in asked) for one in line.entries]
    struck = [_entry_slot(one, names, is_struck=True) for one in line.struck if _was_there(one)]
    return RowFace(
        request=order.id,
        group=group_of(order),
        name=medicine_name(order),
        detail=_detail(line, names),
        taken=f"{taken:f} {order.unit}" if taken else "0",
        per_mille=per_mille,
        is_struck=order.status is RequestStatus.ENTERED_IN_ERROR,
        is_active=order.status is RequestStatus.ACTIVE,
        is_emergency=line.is_emergency,
        ask_first=line.ask_first,
        slots=tuple(
            sorted(
                [*recorded, *struck, *_to_come(line, now_ms, zone, until_ms, policy)],
                key=lambda slot: slot.at_ms,
            )
        ),
        to_check=tuple(f"Check: {one.text}" for one in line.broken),
    )


def _was_there(entry: MedicationAdministration) -> bool:
    """Return whether it is an entry itself, not the fact that strikes another one out."""
    return entry.code is not DoseOutcome.ENTERED_IN_ERROR


def _taken_24h(line: ChartLine, now_ms: int) -> Decimal:
    counted = (
        amount(one.dose)
        for one in line.entries
        if one.code in TAKEN and now_ms - DAY_MS < one.performed_at.utc_ms <= now_ms
    )
    return sum((one for one in counted if one is not None), Decimal(0))


def _detail(line: ChartLine, names: Mapping[str, str]) -> str:
    order = line.order
    if order.status is not RequestStatus.ACTIVE:
        word = "Entered in error" if order.status is RequestStatus.ENTERED_IN_ERROR else "Stopped"
        return f"{word}: {order.status_reason}" if order.status_reason else word
    route = ROUTE_TEXT.get(order.route, order.route)
    parts = [f"{dose_text(order.dose, order.unit)} {route[:1].lower()}{route[1:]}"]
    if order.interval_minutes is not None:
        parts.append(f"{hours_text(order.interval_minutes)} apart")
    if order.maximum_24h is not None:
        parts.append(f"at most {order.maximum_24h} {order.unit} in 24hr")
    by = names.get(order.authorised_by, order.authorised_by)
    parts.append(f"{AUTHORITY_TEXT[order.authority]}, {by}")
    said = " · ".join(parts)
    return f"Two versions, ask first · {said}" if line.ask_first else said


def _entry_slot(
    entry: MedicationAdministration,
    names: Mapping[str, str],
    *,
    is_struck: bool = False,
    to_check: bool = False,
) -> SlotFace:
    kind = SlotKind.ERROR if is_struck else _KIND_OF[entry.code]
    dose = dose_text(entry.dose, entry.unit)
    who = _initials(names.get(entry.performed_by, ""))
    word = DOSE_WORDS[entry.code].lower()
    if is_struck:
        word = "error"
    elif kind is SlotKind.GIVEN:
        word = f"{dose} {who}".strip()
    elif kind in {SlotKind.CUSTODY, SlotKind.PART, SlotKind.VOMITED}:
        word = {"custody": dose, "part": f"part, {dose}", "vomited": "vomited"}[kind.value]
    if _is_late(entry) and not is_struck:
        word = f"{word} late"
    if to_check:
        word = f"{word}, check"
    time = format_time(entry.performed_at)
    said = "Entered in error" if is_struck else DOSE_WORDS[entry.code]
    why = f", {entry.reason}" if entry.reason else ""
    check = ", to be checked" if to_check else ""
    return SlotFace(
        kind=kind,
        at_ms=entry.performed_at.utc_ms,
        time=time,
        word=word,
        spoken=f"{time} {said} {dose}".strip() + why + check,
        entry=entry.id,
        to_check=to_check,
    )


def _is_late(entry: MedicationAdministration) -> bool:
    due = entry.due_at
    return due is not None and entry.performed_at.utc_ms - due.utc_ms > LATE_DOSE_MS


def _initials(name: str) -> str:
    words = [word for word in name.partition(",")[0].split() if word != "Dr"]
    return "".join(word[0] for word in words).upper()[:3]


def _to_come(
    line: ChartLine, now_ms: int, zone: str, until_ms: int, policy: BoardPolicy
) -> list[SlotFace]:
    order = line.order
    if order.status is not RequestStatus.ACTIVE:
        return []
    if order.as_needed:
        free = line.free_ms
        return [_later(free, zone, "from then")] if free is not None and free > now_ms else []
    found: list[SlotFace] = []
    if line.next_ms is not None:
        found.append(_due(line.next_ms, now_ms, zone, policy))
    after = max(now_ms, line.next_ms or 0) + 1
    answered = {one.due_at.utc_ms for one in line.entries if one.due_at is not None}
    for at_ms in slots_between(order.due_times, zone, after, until_ms):
        ended = order.stop_at is not None and at_ms > order.stop_at.utc_ms
        if at_ms not in answered and not ended:
            found.append(_later(at_ms, zone, "later"))
    return found


def _due(at_ms: int, now_ms: int, zone: str, policy: BoardPolicy) -> SlotFace:
    time = format_time(moment_at(at_ms, zone))
    ahead = at_ms - now_ms
    if ahead > policy.soon_ms:
        return _later(at_ms, zone, "later")
    late = ahead < 0
    late_by = format_duration(-ahead) if late else ""
    word = f"{late_by} late" if late and -ahead >= HOUR_MS else "late" if late else "due now"
    return SlotFace(
        kind=SlotKind.LATE if late else SlotKind.DUE,
        at_ms=at_ms,
        time=time,
        word=word,
        spoken=f"{time} due{f', {late_by} late' if late else ' now'}",
        due_ms=at_ms,
    )


def _later(at_ms: int, zone: str, word: str) -> SlotFace:
    time = format_time(moment_at(at_ms, zone))
    return SlotFace(
        kind=SlotKind.LATER,
        at_ms=at_ms,
        time=time,
        word=word,
        spoken=f"{time} {word}",
        due_ms=at_ms if word == "later" else None,
    )
