"""Read the head of a record: banner, alerts, and the cards of the Summary."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sonar_core.board.fitness import Decision, decisions
from sonar_core.board.rows import BoardRow
from sonar_core.board.suite_change import SuiteChange
from sonar_core.conflicts import acted_on
from sonar_core.records.allergy_intolerance import AllergyIntolerance
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.base import Record
from sonar_core.records.care_level import CareLevel
from sonar_core.records.conflict import Conflict
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.fitness_outcome import FitnessOutcome
from sonar_core.records.flag import Flag, FlagStanding
from sonar_core.records.outcome_told import OutcomeTold
from sonar_core.records.patient import Patient
from sonar_core.records.referral import Referral
from sonar_core.records.registry import allergy_status_id, care_level_id
from sonar_core.records.site_move import SiteMove
from sonar_core.records.task import Task
from sonar_desktop.usecases.acting import facts_of
from sonar_desktop.usecases.allergies import knowledge_of, standing_among
from sonar_desktop.usecases.errors import NotHereError
from sonar_desktop.usecases.gather_stay import GatheredStay, of_stay
from sonar_desktop.usecases.ports import Desk, Seen


class RecordHead(msgspec.Struct, frozen=True, kw_only=True):
    """A stay at a glance, the safer version of what is disputed.

    `ask_identity` says that two versions of who it is wait: ask name and date of birth again.
    `care_told` is the last telling of the level of observation. `tasks` are all, open first by due
    time; rules of medicines that do not hold are among them until somebody answers. `row` is the
    board's row, None after release. `names` are people by user id. `unreadable` are the kinds of
    what only a newer program can show, each as often as there is one. `move` says where the
    person is if not here any more; `change` where they came from, or where they are going of
    whom this PC alone knows yet.
    """

    patient: Patient
    ask_identity: bool
    stay: CustodyEpisode
    allergy_knowledge: AllergyKnowledge
    allergies: tuple[AllergyIntolerance, ...]
    allergies_reviewed: AllergyStatus | None
    allergies_provisional: bool
    markers: tuple[Flag, ...]
    care: CareLevel | None
    care_provisional: bool
    care_told: OutcomeTold | None
    decisions: tuple[Decision, ...]
    referrals: tuple[Referral, ...]
    tasks: tuple[Task, ...]
    conflicts: tuple[Conflict, ...]
    row: BoardRow | None
    names: dict[str, str]
    move: SiteMove | None = None
    change: SuiteChange | None = None
    unreadable: tuple[str, ...] = ()

    @property
    def is_leaving(self) -> bool:
        """Whether the person was moved away from here and this PC alone knows of it."""
        return self.change is not None and self.change.came_at is None

    def hides(self, *kinds: type[Record]) -> bool:
        """Return whether something of these kinds cannot be shown here: never say none of it."""
        return any(kind.__name__ in self.unreadable for kind in kinds)


def read_record(desk: Desk, episode: str) -> RecordHead:
    """Return the head of a record."""
    return of_stay(desk, episode, head_of)


def head_of(found: GatheredStay) -> RecordHead:
    """Return the head of a record from what was gathered of its stay."""
    stay, here = found.stay, found.here
    conflicts = tuple(one for one in found.disputes if one.patient == stay.patient)
    person = found.get(Patient, stay.patient)
    if person is None:
        raise NotHereError
    patient = acted_on(person, conflicts)
    status = found.get(AllergyStatus, allergy_status_id(stay.patient))
    care = found.get(CareLevel, care_level_id(stay.id))
    care_now = None if care is None else acted_on(care, conflicts)
    tellings = facts_of(OutcomeTold, here)
    about_allergies = {AllergyStatus.__name__, AllergyIntolerance.__name__}
    allergies = standing_among(found.seen, found.disputes)
    return RecordHead(
        patient=patient.first,
        ask_identity=patient.must_stop,
        stay=acted_on(stay, conflicts).first,
        allergy_knowledge=knowledge_of(allergies, status, found.disputes),
        allergies=tuple(allergies),
        allergies_reviewed=None if status is None else acted_on(status, conflicts).first,
        allergies_provisional=any(one.entity_kind in about_allergies for one in conflicts),
        markers=tuple(_markers(found.seen, conflicts)),
        care=None if care_now is None else care_now.first,
        care_provisional=care_now is not None and care_now.is_provisional,
        care_told=_last_telling(tellings, care_level_id(stay.id)),
        decisions=decisions(facts_of(FitnessOutcome, here), tellings, found.lost),
        referrals=tuple(one.record for one in here if isinstance(one.record, Referral)),
        tasks=tuple(_tasks(here, (task for _, task in found.broken))),
        conflicts=conflicts,
        row=found.row,
        names=found.names,
        unreadable=found.unreadable,
        move=found.move,
        change=found.change,
    )


def _markers(seen: list[Seen], conflicts: tuple[Conflict, ...]) -> list[Flag]:
    active = [
        version
        for one in seen
        if isinstance(one.record, Flag)
        for version in acted_on(one.record, conflicts).versions
        if version.status is FlagStanding.ACTIVE
    ]
    return sorted(active, key=lambda flag: (not flag.is_urgent, flag.category.value, flag.text))


def _tasks(here: list[Seen], rechecks: Iterable[Task]) -> list[Task]:
    written = (one.record for one in here if isinstance(one.record, Task))
    found = (*written, *rechecks)
    return sorted(found, key=lambda task: (task.done_at is not None, task.due_at.utc_ms, task.id))


def _last_telling(tellings: list[OutcomeTold], about: str) -> OutcomeTold | None:
    mine = [one for one in tellings if one.about == about]
    return max(mine, key=lambda one: one.performed_at.utc_ms, default=None)
