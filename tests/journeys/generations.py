"""Programs of four versions and one that left the oldest behind, made of the program as it is.

The program as it is plays the oldest, N-2. Each that follows knows what the one before it knows,
and more: fields of a known kind, values of a known field, whole kinds, a protocol.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import msgspec

from sonar_core.records.base import Entity, Fact
from sonar_core.records.kinds import Group, MergePolicy, RecordKind, ScopeKind, Sort
from sonar_core.records.note import Note, NoteCategory
from sonar_core.records.patient import IdentityConfidence, Patient
from sonar_core.records.registry import REGISTRY
from sonar_core.sync import versions
from sonar_core.sync.versions import Spoken

GENERATIONS = ("N-2", "N-1", "N", "N+1")
LEFT_BEHIND = "N+2"
"""It speaks no protocol of N-2 any more, and takes operations from it still."""
_FROZEN = {"frozen": True, "kw_only": True}
_SPOKEN = {
    "N-2": Spoken(oldest=1, newest=1, oldest_push=1),
    "N-1": Spoken(oldest=1, newest=2, oldest_push=1),
    "N": Spoken(oldest=1, newest=3, oldest_push=1),
    "N+1": Spoken(oldest=1, newest=4, oldest_push=1),
    "N+2": Spoken(oldest=2, newest=5, oldest_push=1),
}


def _and_more(known: type[StrEnum], **values: str) -> Any:
    # mypy: the functional form of an enumeration takes a name and a table.
    members = {one.name: one.value for one in known}
    return StrEnum(known.__name__, {**members, **values})  # type: ignore[misc]


NamedPatient: Any = msgspec.defstruct(
    "Patient", [("preferred_name", str, "")], bases=(Patient,), **_FROZEN
)
_Confidence = _and_more(IdentityConfidence, IRIS="iris")
IrisPatient: Any = msgspec.defstruct(
    "Patient",
    [
        ("email", str, ""),
        ("identity_confidence", _Confidence, _Confidence["SELF_STATED"]),
    ],
    bases=(NamedPatient,),
    **_FROZEN,
)
_Category = _and_more(NoteCategory, DICTATED="dictated")
DictatedNote: Any = msgspec.defstruct(
    "Note", [("category", _Category)], bases=(Note,), omit_defaults=True, **_FROZEN
)
BodyMap: Any = msgspec.defstruct(
    "BodyMap", [("marks", tuple[str, ...])], bases=(Fact,), omit_defaults=True, **_FROZEN
)
Belongings: Any = msgspec.defstruct(
    "Belongings", [("patient", str), ("bag", str), ("seal", str, "")], bases=(Entity,), **_FROZEN
)


def _patient(type_: Any, schema_v: int, identity: list[str], contact: list[str]) -> RecordKind:
    """The kind Patient with more fields in two of its groups."""
    kind = REGISTRY["Patient"]
    more = {"identity": identity, "contact": contact}
    groups = tuple(
        Group(one.name, one.policy, (*one.fields, *more.get(one.name, ()))) for one in kind.groups
    )
    since = {"preferred_name": 2, "email": 3}
    return msgspec.structs.replace(
        kind,
        type=type_,
        groups=groups,
        schema_v=schema_v,
        since={field: since[field] for field in (*identity, *contact)},
    )


def _kind(type_: Any, sort: Sort, *parents: str) -> RecordKind:
    groups = (Group("bag", MergePolicy.CLINICAL, ("patient", "bag", "seal")),)
    return RecordKind(
        name=type_.__name__,
        type=type_,
        sort=sort,
        scope=ScopeKind.CLINICAL,
        groups=groups if sort is Sort.ENTITY else (),
        parents=parents,
    )


_AS_IT_IS = dict(REGISTRY)
_N_1 = {"Patient": _patient(NamedPatient, 2, ["preferred_name"], [])}
_N = {
    "Patient": _patient(IrisPatient, 3, ["preferred_name"], ["email"]),
    "Note": msgspec.structs.replace(REGISTRY["Note"], type=DictatedNote, schema_v=2),
    "BodyMap": _kind(BodyMap, Sort.FACT, "patient", "episode"),
}
_N_AND_1 = {**_N, "Belongings": _kind(Belongings, Sort.ENTITY, "patient")}
_KNOWN: dict[str, dict[str, RecordKind]] = {
    "N-2": {},
    "N-1": _N_1,
    "N": _N,
    "N+1": _N_AND_1,
    "N+2": _N_AND_1,
}


def become(generation: str) -> None:
    """Let this process be a program of that version from here on, and of no other."""
    REGISTRY.clear()
    REGISTRY.update(_AS_IT_IS | _KNOWN[generation])
    # mypy: Final for the product; this is a program that was built otherwise.
    versions.SPOKEN = _SPOKEN[generation]  # type: ignore[misc]


@contextmanager
def acting_as(generation: str) -> Iterator[None]:
    """Let this process be a program of that version within the block."""
    before, spoken = dict(REGISTRY), versions.SPOKEN
    become(generation)
    try:
        yield
    finally:
        REGISTRY.clear()
        REGISTRY.update(before)
        versions.SPOKEN = spoken  # type: ignore[misc]


def knows(generation: str, what: str) -> bool:
    """Whether a program of that version was built after the one named."""
    order = (*GENERATIONS, LEFT_BEHIND)
    return order.index(generation) >= order.index(what)
