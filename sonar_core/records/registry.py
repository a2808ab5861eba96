"""The one table of record kinds: type, sort, scope, field groups and what each must find.

The same table serves form, store, wire and server. A kind that is not here (from a newer
program) is kept raw and travels on unchanged.
"""

from __future__ import annotations

from typing import Any, Final

from sonar_core.ids import RecordId, slot
from sonar_core.records.access_event import AccessEvent
from sonar_core.records.allergy_intolerance import AllergyIntolerance
from sonar_core.records.allergy_status import AllergyStatus
from sonar_core.records.assessment import Assessment
from sonar_core.records.base import Fact, Record
from sonar_core.records.care_level import CareLevel
from sonar_core.records.conflict import Conflict, ConflictResolution
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.fitness_outcome import FitnessOutcome
from sonar_core.records.flag import Flag
from sonar_core.records.kinds import Group, MergePolicy, RecordKind, ScopeKind, Sort
from sonar_core.records.location import Location
from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest
from sonar_core.records.note import Note
from sonar_core.records.observation_set import ObservationSet
from sonar_core.records.outcome_told import OutcomeTold
from sonar_core.records.patient import Patient
from sonar_core.records.practitioner import Practitioner, PractitionerRole
from sonar_core.records.referral import Referral
from sonar_core.records.retirement import Retirement
from sonar_core.records.scope_grant import ScopeGrant
from sonar_core.records.site_move import SiteMove
from sonar_core.records.task import Task
from sonar_core.records.unconfirmed_practitioner import UnconfirmedPractitioner


def _clinical(name: str, *fields: str) -> Group:
    return Group(name, MergePolicy.CLINICAL, fields)


def _kind(
    type_: type[Record],
    sort: Sort,
    *groups: Group,
    scope: ScopeKind = ScopeKind.CLINICAL,
    parents: tuple[str, ...] = (),
    on_board: bool = False,
    since: dict[str, int] | None = None,
    at_least: int = 1,
) -> RecordKind:
    return RecordKind(
        name=type_.__name__,
        type=type_,
        sort=sort,
        scope=scope,
        groups=groups,
        parents=parents,
        on_board=on_board,
        schema_v=max((at_least, *(since or {}).values())),
        since=since or {},
    )


_OF_EPISODE: Final = ("patient", "episode")
_PRACTITIONER: Final = ("name", "initials", "registration", "is_active")

_KINDS: Final = (
    _kind(
        Patient,
        Sort.ENTITY,
        _clinical(
            "identity",
            "family",
            "given",
            "title",
            "birth_date",
            "stated_age",
            "gender",
            "aliases",
            "nhs_number",
            "chi_number",
            "pnc_id",
            "identity_confidence",
        ),
        _clinical("pregnancy", "pregnancy"),
        Group(
            "contact",
            MergePolicy.AUTO,
            (
                "phone",
                "address",
                "language",
                "interpreter_needed",
                "general_practice",
                "next_of_kin",
            ),
        ),
        on_board=True,
    ),
    _kind(
        CustodyEpisode,
        Sort.ENTITY,
        _clinical(
            "custody",
            "patient",
            "site",
            "custody_record_number",
            "arrived_at",
            "status",
            "detained_for",
            "released_at",
            "released_to",
        ),
        Group("cell", MergePolicy.AUTO, ("cell",)),
        parents=("patient",),
        on_board=True,
    ),
    _kind(
        Referral,
        Sort.ENTITY,
        _clinical(
            "request",
            "patient",
            "episode",
            "requested_by",
            "reasons",
            "urgency",
            "detail",
            "target_minutes",
        ),
        _clinical("requested_at", "requested_at"),
        _clinical("accepted", "accepted_at", "accepted_by"),
        _clinical("arrived", "arrived_at"),
        _clinical("seen", "seen_at", "seen_by"),
        _clinical("closed", "closed_at", "cancel_reason"),
        parents=_OF_EPISODE,
        on_board=True,
    ),
    _kind(
        AllergyStatus,
        Sort.ENTITY,
        Group(
            "status",
            MergePolicy.CLINICAL,
            ("patient", "status", "reviewed_at", "reviewed_by"),
            decisive=("status",),
        ),
        parents=("patient",),
        on_board=True,
    ),
    _kind(
        AllergyIntolerance,
        Sort.ENTITY,
        _clinical(
            "allergy",
            "patient",
            "substance",
            "reaction",
            "severity",
            "status",
            "status_reason",
            "source",
        ),
        parents=("patient",),
        on_board=True,
    ),
    _kind(
        Flag,
        Sort.ENTITY,
        _clinical("flag", "patient", "category", "text", "status", "status_reason", "is_urgent"),
        parents=("patient",),
        on_board=True,
    ),
    _kind(
        CareLevel,
        Sort.ENTITY,
        _clinical(
            "level",
            "patient",
            "episode",
            "level",
            "check_every_minutes",
            "rouse",
            "reason",
            "instructions",
            "set_at",
            "set_by",
            "review_at",
        ),
        parents=_OF_EPISODE,
        on_board=True,
    ),
    _kind(
        Task,
        Sort.ENTITY,
        _clinical(
            "task",
            "patient",
            "episode",
            "what",
            "kind",
            "due_at",
            "owner",
            "cause",
            "created_by",
        ),
        Group(
            "done",
            MergePolicy.DONE_WINS,
            ("status", "done_at", "done_by", "done_note", "also_done"),
        ),
        parents=_OF_EPISODE,
        on_board=True,
    ),
    _kind(ObservationSet, Sort.FACT, parents=_OF_EPISODE, on_board=True),
    _kind(Assessment, Sort.FACT, parents=_OF_EPISODE),
    _kind(FitnessOutcome, Sort.FACT, parents=_OF_EPISODE, on_board=True),
    _kind(OutcomeTold, Sort.FACT, parents=(*_OF_EPISODE, "about"), on_board=True),
    _kind(Note, Sort.FACT, parents=_OF_EPISODE),
    _kind(
        MedicationRequest,
        Sort.ENTITY,
        _clinical(
            "order",
            "patient",
            "episode",
            "medicine",
            "form",
            "strength",
            "ingredients",
            "dose",
            "unit",
            "route",
            "authority",
            "authorised_by",
            "as_needed",
            "due_times",
            "interval_minutes",
            "maximum_24h",
            "indication",
            "start_at",
            "stop_at",
            "status",
            "status_reason",
        ),
        scope=ScopeKind.MEDICINES,
        parents=_OF_EPISODE,
        on_board=True,
    ),
    _kind(
        MedicationAdministration,
        Sort.FACT,
        scope=ScopeKind.MEDICINES,
        parents=(*_OF_EPISODE, "request"),
        on_board=True,
    ),
    _kind(ConflictResolution, Sort.FACT, parents=("patient", "conflict"), on_board=True),
    _kind(Conflict, Sort.SERVER, on_board=True),
    _kind(Retirement, Sort.SERVER),
    _kind(SiteMove, Sort.SERVER),
    _kind(ScopeGrant, Sort.SERVER, scope=ScopeKind.REFERENCE),
    _kind(Location, Sort.SERVER, scope=ScopeKind.REFERENCE),
    # Version 3 came with sealed envelopes: their actions, and a kind that is held back with them.
    _kind(AccessEvent, Sort.LOCAL, scope=ScopeKind.DEVICE, since={"reason": 2}, at_least=3),
    _kind(
        UnconfirmedPractitioner,
        Sort.ENTITY,
        Group(
            "practitioner",
            MergePolicy.AUTO,
            ("name", "initials", "role", "registration", "witness", "envelope"),
        ),
        at_least=3,
    ),
    _kind(
        Practitioner,
        Sort.ENTITY,
        Group("practitioner", MergePolicy.AUTO, _PRACTITIONER),
        scope=ScopeKind.REFERENCE,
    ),
    _kind(
        PractitionerRole,
        Sort.ENTITY,
        Group("role", MergePolicy.AUTO, ("practitioner", "role", "sites")),
        scope=ScopeKind.REFERENCE,
    ),
)

REGISTRY: Final[dict[str, RecordKind]] = {kind.name: kind for kind in _KINDS}


def kind_of(record: Record) -> RecordKind:
    """Return the kind of a record."""
    return REGISTRY[type(record).__name__]


def allergy_status_id(patient: str) -> RecordId:
    """Return the id of a patient's one allergy status."""
    return slot(patient, "allergy_status")


def care_level_id(episode: str) -> RecordId:
    """Return the id of an episode's one care level."""
    return slot(episode, "care_level")


def place_of(kind: RecordKind, body: dict[str, Any]) -> str | None:
    """Return the place that a fact takes and no other fact may take unseen, or None.

    A fact that replaces takes the place of the one it names; the first fitness outcome of an
    episode and purpose takes the place "none yet" (decision 4).
    """
    if kind.sort is not Sort.FACT or kind.type is ConflictResolution:
        return None
    if body.get("replaces") is not None:
        return str(body["replaces"])
    if kind.type is FitnessOutcome:
        # A decision outside any stay is the patient's; never one place for all such patients.
        whole = body.get("episode") or body["patient"]
        return slot(str(whole), "FitnessOutcome", str(body["purpose"]))
    return None


def is_fact(kind: RecordKind) -> bool:
    """Return whether records of the kind are facts."""
    return issubclass(kind.type, Fact)
