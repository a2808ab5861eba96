"""One stay in custody to build rows from: made-up records with short ids."""

from __future__ import annotations

from typing import Any

from sonar_core.board.build import build_row
from sonar_core.board.rows import BoardRow
from sonar_core.board.views import CopyState, EpisodeRecords, RecordView
from sonar_core.moments import Moment, moment_at
from sonar_core.records.allergy_intolerance import AllergyIntolerance
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.base import Record
from sonar_core.records.care_level import CareLevel
from sonar_core.records.conflict import Alternative, Conflict, ConflictResolution
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.fitness_outcome import Fitness, FitnessOutcome, FitnessPurpose
from sonar_core.records.flag import Flag, FlagCategory
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest, SupplyRoute
from sonar_core.records.note import Note, NoteCategory
from sonar_core.records.observation_set import News2Score, ObservationSet
from sonar_core.records.outcome_told import OutcomeTold, ToldHow
from sonar_core.records.patient import Gender, Patient
from sonar_core.records.referral import Referral, ReferralReason
from sonar_core.records.task import Task, TaskKind, TaskOwner

ZONE = "Europe/London"
NOW = 1_794_666_720_000
"""14-Nov-2026 14:32 in London."""
MINUTE = 60_000
HOUR = 60 * MINUTE


def at(minutes_ago: int = 0) -> Moment:
    return moment_at(NOW - minutes_ago * MINUTE, ZONE)


def in_(minutes: int) -> Moment:
    return at(-minutes)


def _made(type_: type, given: dict[str, Any], other: dict[str, Any]) -> Any:
    return type_(**(given | other))


def _fact(identifier: str, minutes_ago: int) -> dict[str, Any]:
    return {
        "id": identifier,
        "patient": "p1",
        "episode": "e1",
        "performed_at": at(minutes_ago),
        "recorded_at": at(minutes_ago),
        "recorded_by": "okafor",
        "performed_by": "okafor",
    }


def patient(**other: Any) -> Patient:
    given = {
        "id": "p1",
        "family": "Barrow",
        "given": "Connor",
        "title": "Mr",
        "birth_date": "1989-03-04",
        "gender": Gender.MALE,
    }
    return _made(Patient, given, other)


def stay(**other: Any) -> CustodyEpisode:
    given = {
        "id": "e1",
        "patient": "p1",
        "site": "s1",
        "custody_record_number": "NF/3417",
        "arrived_at": at(120),
        "cell": "M4",
    }
    return _made(CustodyEpisode, given, other)


def referral(**other: Any) -> Referral:
    given = {
        "id": "r1",
        "patient": "p1",
        "episode": "e1",
        "requested_at": at(34),
        "requested_by": "Sgt Marsh",
        "reasons": (ReferralReason.INTOXICATION,),
        "target_minutes": 60,
    }
    return _made(Referral, given, other)


def seen_referral(**other: Any) -> Referral:
    seen = {"accepted_at": at(30), "accepted_by": "okafor", "seen_at": at(20), "seen_by": "okafor"}
    return referral(**(seen | other))


def status(knowledge: AllergyKnowledge = AllergyKnowledge.NONE_KNOWN) -> AllergyStatus:
    return AllergyStatus(id="as", patient="p1", status=knowledge)


def allergy(**other: Any) -> AllergyIntolerance:
    given = {"id": "al", "patient": "p1", "substance": "Penicillin", "reaction": "anaphylaxis"}
    return _made(AllergyIntolerance, given, other)


def flag(text: str = "Opioids today", **other: Any) -> Flag:
    given = {"id": f"f {text}", "patient": "p1", "category": FlagCategory.DRUGS, "text": text}
    return _made(Flag, given, other)


def care(level: int = 2, minutes: int | None = 30, **other: Any) -> CareLevel:
    given = {
        "id": "care",
        "patient": "p1",
        "episode": "e1",
        "level": level,
        "check_every_minutes": minutes,
        "rouse": level == 2,
        "reason": "Opioids",
        "set_at": at(22),
        "set_by": "okafor",
    }
    return _made(CareLevel, given, other)


def task(due: Moment, what: str = "Repeat NEWS2", **other: Any) -> Task:
    given = {
        "id": f"t {what}",
        "patient": "p1",
        "episode": "e1",
        "what": what,
        "kind": TaskKind.OTHER,
        "due_at": due,
        "owner": TaskOwner.HEALTHCARE,
        "created_by": "okafor",
    }
    return _made(Task, given, other)


def score(total: int | None, band: str | None, **other: Any) -> News2Score:
    given = {"algorithm": "a", "total": total, "band": band, "parts": {"pulse": 1}}
    return _made(News2Score, given, other)


def observed(
    identifier: str,
    minutes_ago: int,
    total: int | None = 6,
    band: str | None = "medium",
    **other: Any,
) -> ObservationSet:
    given = {**_fact(identifier, minutes_ago), "news2": score(total, band)}
    return _made(ObservationSet, given, other)


def outcome(identifier: str = "o1", minutes_ago: int = 26, **other: Any) -> FitnessOutcome:
    given = {
        **_fact(identifier, minutes_ago),
        "purpose": FitnessPurpose.INTERVIEWED,
        "outcome": Fitness.NOT_FIT,
        "reason": "Drowsy",
    }
    return _made(FitnessOutcome, given, other)


def told(about: str = "o1", minutes_ago: int = 20, **other: Any) -> OutcomeTold:
    given = {
        **_fact(f"told {about}", minutes_ago),
        "about": about,
        "told_to": "Sgt Marsh",
        "told_to_role": "Custody officer",
        "how": ToldHow.IN_PERSON,
        "read_back": True,
    }
    return _made(OutcomeTold, given, other)


def note(identifier: str = "n1", minutes_ago: int = 10, **other: Any) -> Note:
    given = {**_fact(identifier, minutes_ago), "category": NoteCategory.CLINICAL, "text": "Slept"}
    return _made(Note, given, other)


def order(medicine: str = "Dihydrocodeine", **other: Any) -> MedicationRequest:
    given = {
        "id": f"m {medicine}",
        "patient": "p1",
        "episode": "e1",
        "medicine": medicine,
        "form": "tablet",
        "strength": "30 mg",
        "ingredients": (medicine.casefold(),),
        "dose": "30",
        "unit": "mg",
        "route": "oral",
        "authority": SupplyRoute.PGD,
        "authorised_by": "PGD 7",
        "start_at": at(120),
    }
    return _made(MedicationRequest, given, other)


def dose(
    identifier: str, minutes_ago: int, code: DoseOutcome = DoseOutcome.GIVEN, **other: Any
) -> MedicationAdministration:
    given = {
        **_fact(identifier, minutes_ago),
        "request": "m Dihydrocodeine",
        "medicine": "Dihydrocodeine",
        "strength": "30 mg",
        "ingredients": ("dihydrocodeine",),
        "code": code,
        "dose": "30",
        "unit": "mg",
        "route": "oral",
    }
    return _made(MedicationAdministration, given, other)


def side(operation: str, fact: str | None = None, **values: Any) -> Alternative:
    return Alternative(
        operation=operation,
        values=values,
        author="okafor",
        device="d1",
        recorded_at=at(5),
        offline=True,
        fact=fact,
    )


def conflict(kind: str, entity: str, group: str, *sides: Alternative, **other: Any) -> Conflict:
    given = {
        "id": f"c {entity}",
        "patient": "p1",
        "episode": "e1",
        "entity_kind": kind,
        "entity": entity,
        "group": group,
        "base": 1,
        "alternatives": sides,
    }
    return _made(Conflict, given, other)


def resolution(stands: str | None, **other: Any) -> ConflictResolution:
    given = {
        **_fact("res", 1),
        "conflict": "c",
        "entity_kind": "FitnessOutcome",
        "entity": "place",
        "group": "replaces",
        "values": {},
        "seen": (),
        "stands": stands,
        "reason": "Seen together",
    }
    return _made(ConflictResolution, given, other)


def view(record: Record, standing: CopyState = CopyState.CENTRAL, **other: Any) -> RecordView:
    given = {
        "kind": type(record).__name__,
        "record": record,
        "author": "okafor",
        "recorded_at": at(),
        "standing": standing,
    }
    return RecordView(**(given | other))


def records(*found: Record, **other: Any) -> EpisodeRecords:
    given = {
        "patient": patient(),
        "episode": stay(),
        "records": tuple(view(one) for one in found),
    }
    return EpisodeRecords(**(given | other))


def row(*found: Record, **other: Any) -> BoardRow:
    return build_row(records(*found, **other))
