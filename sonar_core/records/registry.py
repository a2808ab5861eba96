"""The one table of record kinds: type, sort, scope, field groups and what each must find.

The same table serves form, store, wire and server. A kind that is not here (from a newer
program) is kept raw and travels on unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

import msgspec

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


class Sort(StrEnum):
    """How a kind behaves."""

    FACT = "fact"
    ENTITY = "entity"
    SERVER = "server"
    """Made by the server alone."""
    LOCAL = "local"
    """Goes up, is never pulled."""


class ScopeKind(StrEnum):
    """The unit of authorisation and of order that a kind belongs to."""

    CLINICAL = "clinical"
    MEDICINES = "medicines"
    REFERENCE = "reference"
    DEVICE = "device"


class MergePolicy(StrEnum):
    """What happens when two people changed the same group without seeing each other."""

    CLINICAL = "clinical"
    """Both stand, a person decides."""
    AUTO = "auto"
    """The later to arrive stands; the earlier stays in the history."""
    DONE_WINS = "done_wins"
    """A thing done stays done; both authors stay in the history."""


class Group(msgspec.Struct, frozen=True):
    """Fields that only make sense together and so change together.

    Two people who gave the same answer in the `decisive` fields agree, whatever else differs, as
    the minute at which each asked: the later to arrive stands whole. None: every field decides.
    """

    name: str
    policy: MergePolicy
    fields: tuple[str, ...]
    decisive: tuple[str, ...] = ()

    def touched_by(self, fields: Iterable[str]) -> tuple[str, ...]:
        """Return the names under which history notes a change: the group, each unknown field."""
        return (self.name, *(field for field in fields if field not in self.fields))


class RecordKind(msgspec.Struct, frozen=True, kw_only=True):
    """What the whole program must know about a kind.

    `parents` are fields that name records which must exist first; `on_board` says that the board
    row of the episode is built from it, so that it is loaded first. `schema_v` is raised when a
    field, a value or a way to change it is added; `since` names fields that came later, each with
    a default, and the version that brought it.
    """

    name: str
    type: type[Record]
    sort: Sort
    scope: ScopeKind
    groups: tuple[Group, ...] = ()
    parents: tuple[str, ...] = ()
    on_board: bool = False
    schema_v: int = 1
    since: dict[str, int] = {}

    def group_of(self, field: str) -> Group:
        """Return the field's group; an unknown field is a clinical group of its own."""
        for group in self.groups:
            if field in group.fields:
                return group
        return Group(field, MergePolicy.CLINICAL, (field,))

    def group_named(self, name: str) -> Group:
        """Return the group of that name; an unknown one is that single field."""
        for group in self.groups:
            if group.name == name:
                return group
        return Group(name, MergePolicy.CLINICAL, (name,))


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
) -> RecordKind:
    return RecordKind(
        name=type_.__name__,
        type=type_,
        sort=sort,
        scope=scope,
        groups=groups,
        parents=parents,
        on_board=on_board,
        schema_v=max((since or {}).values(), default=1),
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
    _kind(AccessEvent, Sort.LOCAL, scope=ScopeKind.DEVICE, since={"reason": 2}),
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
