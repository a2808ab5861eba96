"""Read the head of a record: banner, alerts, and the cards of the Summary."""

from __future__ import annotations

import msgspec

from sonar_core.board.fitness import Decision, decisions
from sonar_core.board.rows import BoardRow, decode
from sonar_core.conflicts import acted_on
from sonar_core.records.allergy_intolerance import AllergyIntolerance
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.care_level import CareLevel
from sonar_core.records.conflict import Conflict
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.fitness_outcome import FitnessOutcome
from sonar_core.records.flag import Flag, FlagStanding
from sonar_core.records.outcome_told import OutcomeTold
from sonar_core.records.patient import Patient
from sonar_core.records.referral import Referral
from sonar_core.records.registry import allergy_status_id, care_level_id
from sonar_core.records.task import Task
from sonar_desktop.usecases.acting import existing, facts_of, lost_facts
from sonar_desktop.usecases.allergies import allergy_knowledge, standing_allergies
from sonar_desktop.usecases.people import people
from sonar_desktop.usecases.ports import Desk, Reading, Seen


class RecordHead(msgspec.Struct, frozen=True, kw_only=True):
    """A stay at a glance, the safer version of what is disputed.

    `ask_identity` says that two versions of who it is wait: ask name and date of birth again.
    `care_told` is the last telling of the level of observation. `tasks` are all, open first by due
    time. `row` is the board's row, None after release. `names` are people by user id.
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


def read_record(desk: Desk, episode: str) -> RecordHead:
    """Return the head of a record."""
    return desk.store.read(lambda reading: _head(desk, reading, episode))


def _head(desk: Desk, reading: Reading, episode: str) -> RecordHead:
    stay = existing(reading, CustodyEpisode, episode)
    seen = reading.of_patient(stay.patient)
    here = [one for one in seen if getattr(one.record, "episode", None) == episode]
    conflicts = tuple(one for one in reading.conflicts() if one.patient == stay.patient)
    patient = acted_on(existing(reading, Patient, stay.patient), conflicts)
    status = reading.get(AllergyStatus, allergy_status_id(stay.patient))
    care = reading.get(CareLevel, care_level_id(episode))
    care_now = None if care is None else acted_on(care, conflicts)
    tellings = facts_of(OutcomeTold, here)
    about_allergies = {AllergyStatus.__name__, AllergyIntolerance.__name__}
    rows = map(decode, reading.board())
    return RecordHead(
        patient=patient.first,
        ask_identity=patient.must_stop,
        stay=acted_on(stay, conflicts).first,
        allergy_knowledge=allergy_knowledge(reading, stay.patient),
        allergies=tuple(standing_allergies(reading, stay.patient)),
        allergies_reviewed=None if status is None else acted_on(status, conflicts).first,
        allergies_provisional=any(one.entity_kind in about_allergies for one in conflicts),
        markers=tuple(_markers(seen, conflicts)),
        care=None if care_now is None else care_now.first,
        care_provisional=care_now is not None and care_now.is_provisional,
        care_told=_last_telling(tellings, care_level_id(episode)),
        decisions=decisions(facts_of(FitnessOutcome, here), tellings, lost_facts(reading, seen)),
        referrals=tuple(one.record for one in here if isinstance(one.record, Referral)),
        tasks=tuple(_tasks(here)),
        conflicts=conflicts,
        row=next((row for row in rows if row.episode == episode), None),
        names=people(reading, desk.actor),
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


def _tasks(here: list[Seen]) -> list[Task]:
    found = [one.record for one in here if isinstance(one.record, Task)]
    return sorted(found, key=lambda task: (task.done_at is not None, task.due_at.utc_ms, task.id))


def _last_telling(tellings: list[OutcomeTold], about: str) -> OutcomeTold | None:
    mine = [one for one in tellings if one.about == about]
    return max(mine, key=lambda one: one.performed_at.utc_ms, default=None)
