"""A board row from an episode's records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from sonar_core.board.build_medicines import broken_lines, order_lines
from sonar_core.board.build_score import news2_line
from sonar_core.board.fitness import decisions, worst_first
from sonar_core.board.rows import (
    BoardRow,
    CareLine,
    ConflictLine,
    Marker,
    OutcomeLine,
    ReferralLine,
    TaskLine,
    decode,
    encode,
)
from sonar_core.board.sorted_records import SortedRecords
from sonar_core.board.views import BOARD_KINDS, CopyState, EpisodeRecords
from sonar_core.conflicts import acted_on
from sonar_core.moments import MINUTE_MS, Moment
from sonar_core.records.allergy_intolerance import AllergyIntolerance, AllergyStanding
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.base import Fact
from sonar_core.records.care_level import CareLevel
from sonar_core.records.custody_episode import EpisodeStatus
from sonar_core.records.fitness_outcome import FitnessOutcome
from sonar_core.records.flag import Flag, FlagCategory, FlagStanding
from sonar_core.records.outcome_told import OutcomeTold
from sonar_core.records.referral import Referral, Urgency
from sonar_core.records.task import Task, TaskKind, TaskStatus
from sonar_core.sync.moving import sites_of, versions_of

_WORST_COPY: Final = (
    CopyState.HELD,
    CopyState.DECISION,
    CopyState.LOCAL,
    CopyState.SENDING,
    CopyState.UNHELD,
    CopyState.CENTRAL,
)
_URGENCY: Final = (Urgency.EMERGENCY, Urgency.URGENT, Urgency.ROUTINE)
_ON_THIS_PC: Final = frozenset({CopyState.HELD, CopyState.LOCAL, CopyState.SENDING})
_CATEGORIES: Final = {category: index for index, category in enumerate(FlagCategory)}


def board_row_bytes(records: EpisodeRecords) -> bytes | None:
    """Return the row to keep, or None when the person has left custody.

    While one version of a disputed release says that the person is here, the row stays.
    """
    stays = acted_on(records.episode, records.conflicts).versions
    if all(stay.status is not EpisodeStatus.OPEN for stay in stays):
        return None
    return encode(build_row(records))


def row_with_copies(raw: bytes, copies: Iterable[CopyState]) -> bytes | None:
    """Return a kept row with its records' copies standing as told; nothing else in it changes.

    `copies` may leave out those held centrally. None where the row must be made anew: it is of
    another program version, or holds less than the stay.
    """
    try:
        row = decode(raw)
    except msgspec.DecodeError:
        return None
    if not row.is_complete:
        return None
    standing, unsent = _standing([*copies, *(CopyState.DECISION for _ in row.conflicts)])
    return encode(msgspec.structs.replace(row, standing=standing, unsent=unsent))


def build_row(records: EpisodeRecords) -> BoardRow:
    """Return the row; where versions are disputed it holds the safer, marked provisional."""
    found = SortedRecords(records)
    patient = acted_on(records.patient, records.conflicts).first
    stay = acted_on(records.episode, records.conflicts).first
    allergies, allergies_provisional = _allergies(found)
    referral, also_waiting = _referrals(found)
    broken, reviews = broken_lines(found)
    copies = [view.standing for view in records.records]
    standing, unsent = _standing([*copies, *(CopyState.DECISION for _ in found.conflicts)])
    return BoardRow(
        episode=stay.id,
        patient=patient.id,
        site=stay.site,
        zone=stay.arrived_at.zone,
        cell=stay.cell,
        custody_record_number=stay.custody_record_number,
        family=patient.family,
        given=patient.given,
        title=patient.title,
        birth_date=patient.birth_date,
        stated_age=patient.stated_age,
        gender=patient.gender,
        arrived_ms=stay.arrived_at.utc_ms,
        markers=_markers(found),
        care=_care(found),
        news2=news2_line(found),
        allergies=allergies,
        allergies_provisional=allergies_provisional,
        orders=order_lines(found),
        tasks=_tasks(found, reviews),
        outcomes=_outcomes(found),
        referral=referral,
        also_waiting=also_waiting,
        conflicts=tuple(
            ConflictLine(
                id=one.id, kind=one.entity_kind, group=one.group, sides=len(one.alternatives)
            )
            for one in found.conflicts
        ),
        standing=standing,
        unsent=unsent,
        staff=_staff(records),
        is_complete=records.is_complete,
        has_newer=records.has_newer,
        broken=broken,
        revoked=records.revoked,
        sites=_sites(records),
    )


def _sites(records: EpisodeRecords) -> tuple[str, ...]:
    """Return the suites that the versions of the stay name.

    Who was moved away on this PC stays at the first suite too until the server knows: nobody else
    could look after them before.
    """
    named = sites_of(versions_of(msgspec.to_builtins(records.episode), records.conflicts))
    return tuple(sorted({*named, *filter(None, [records.held_at])}))


def _standing(copies: list[CopyState]) -> tuple[CopyState, int]:
    """Return the worst state of a copy, and how many records are not held centrally."""
    worst = min(copies, key=_WORST_COPY.index, default=CopyState.CENTRAL)
    return worst, sum(copy in _ON_THIS_PC for copy in copies)


def _markers(found: SortedRecords) -> tuple[Marker, ...]:
    active = [flag for flag in found.versions(Flag) if flag.status is FlagStanding.ACTIVE]
    active.sort(key=lambda flag: (not flag.is_urgent, _CATEGORIES[flag.category], flag.text))
    return tuple(
        Marker(category=flag.category, text=flag.text, is_urgent=flag.is_urgent) for flag in active
    )


def _care(found: SortedRecords) -> CareLine | None:
    for care in found.acted_on(CareLevel):
        level = care.first
        checks = [
            task.done_at.utc_ms
            for task in found.of(Task)
            if task.kind is TaskKind.CHECK and task.done_at is not None
        ]
        return CareLine(
            level=level.level,
            check_every_minutes=level.check_every_minutes,
            rouse=level.rouse,
            checked_ms=max((level.set_at.utc_ms, *checks)),
            review_ms=_ms(level.review_at),
            is_provisional=care.is_provisional,
        )
    return None


def _allergies(found: SortedRecords) -> tuple[AllergyKnowledge, bool]:
    """Return what is known; an allergy that stands makes it known, whatever the status says."""
    statuses = found.acted_on(AllergyStatus)
    single = found.acted_on(AllergyIntolerance)
    provisional = any(one.is_provisional for one in statuses) or any(
        one.is_provisional for one in single
    )
    stands = any(
        version.status is AllergyStanding.ACTIVE for one in single for version in one.versions
    )
    if stands:
        return AllergyKnowledge.KNOWN, provisional
    known = [one.first.status for one in statuses]
    return (known[0] if known else AllergyKnowledge.NOT_RECORDED), provisional


def _tasks(found: SortedRecords, reviews: Iterable[Task]) -> tuple[TaskLine, ...]:
    """Return the tasks that are open, with those that nobody wrote: a broken rule is one."""
    still_open = [task for task in found.versions(Task) if task.status is TaskStatus.OPEN]
    still_open.extend(reviews)
    still_open.sort(key=lambda task: (task.due_at.utc_ms, task.id))
    return tuple(
        TaskLine(
            id=task.id,
            what=task.what,
            kind=task.kind,
            owner=task.owner,
            due_ms=task.due_at.utc_ms,
            cause=task.cause,
        )
        for task in still_open
    )


def _outcomes(found: SortedRecords) -> tuple[OutcomeLine, ...]:
    decided = decisions(found.of(FitnessOutcome), found.of(OutcomeTold), found.set_aside)
    return tuple(
        OutcomeLine(
            id=one.outcome.id,
            purpose=one.outcome.purpose,
            outcome=one.outcome.outcome,
            at_ms=one.outcome.performed_at.utc_ms,
            told_to="" if one.told is None else one.told.told_to,
            told_ms=None if one.told is None else one.told.performed_at.utc_ms,
            read_back=one.told is not None and one.told.read_back,
            valid_until_ms=_ms(one.outcome.valid_until),
            review_ms=_ms(one.outcome.review_at),
            conditions=one.conditions,
            is_provisional=one.is_provisional,
        )
        for one in worst_first(decided)
    )


def _referrals(
    found: SortedRecords,
) -> tuple[ReferralLine | None, tuple[ReferralLine, ...]]:
    """Return the worst referral that waits and the others, or the newest of those dealt with.

    Worst is an emergency, then an urgent one, then whose target ended or ends first: an older
    routine referral hides no emergency.
    """
    referrals = found.versions(Referral)
    waiting = [one for one in referrals if one.seen_at is None and one.closed_at is None]
    if waiting:
        lines: dict[str, ReferralLine] = {}
        for one in sorted(waiting, key=_worse):
            lines.setdefault(one.id, _referral_line(one))
        worst, *others = lines.values()
        return worst, tuple(others)
    newest = max(referrals, key=lambda one: (one.requested_at.utc_ms, one.id), default=None)
    return (None if newest is None else _referral_line(newest)), ()


def _worse(referral: Referral) -> tuple[int, bool, int, str]:
    target = referral.target_minutes
    ends_ms = referral.requested_at.utc_ms + (target or 0) * MINUTE_MS
    return _URGENCY.index(referral.urgency), target is None, ends_ms, referral.id


def _referral_line(referral: Referral) -> ReferralLine:
    return ReferralLine(
        id=referral.id,
        requested_ms=referral.requested_at.utc_ms,
        requested_by=referral.requested_by,
        reasons=referral.reasons,
        urgency=referral.urgency,
        target_minutes=referral.target_minutes,
        accepted_ms=_ms(referral.accepted_at),
        accepted_by=referral.accepted_by,
        seen_ms=_ms(referral.seen_at),
        seen_by=referral.seen_by,
        closed_ms=_ms(referral.closed_at),
    )


def _staff(records: EpisodeRecords) -> tuple[str, ...]:
    people: set[str] = set()
    for view in records.records:
        record = view.record
        if view.kind not in BOARD_KINDS:
            # Loaded only while it waits to be sent: "Mine" must not change when it is.
            continue
        if isinstance(record, Fact):
            people |= {record.performed_by, record.recorded_by}
        elif isinstance(record, Referral):
            people |= {who for who in (record.accepted_by, record.seen_by) if who is not None}
    return tuple(sorted(people))


def _ms(moment: Moment | None) -> int | None:
    return None if moment is None else moment.utc_ms
