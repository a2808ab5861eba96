"""What an operation must be before anybody decides it: readable, showable, and about one person.

Whatever fails here is held back as damaged with its bytes kept; it never reaches a record.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from sonar_core import bodies, ids
from sonar_core.moments import Moment
from sonar_core.records.conflict import Conflict, ConflictResolution
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.kinds import RecordKind, Sort
from sonar_core.records.patient import Patient
from sonar_core.records.registry import REGISTRY
from sonar_core.sync import clock
from sonar_core.sync.ledger import Held
from sonar_core.sync.operations import DamagedOperationError, Header, OpKind

EARLIEST_MS: Final = -62_135_510_400_000
"""2 January of the year 1: whatever the zone, the wall clock has a date."""
LATEST_MS: Final = 253_402_214_399_999
"""30 December 9999."""
_DAY_MINUTES: Final = 24 * 60
MAX_LEVELS: Final = bodies.MAX_DEPTH - 8
"""Leaves room for the edit or the conflict that will hold the record's values one day."""
FOLLOWS: Final = ("replaces", "corrects")
"""The fields by which a fact names one that does not stand any more."""
_TIMELESS: Final = frozenset({str, int, bool, type(None)})
_NAMES_ITS_KIND: Final = {
    "patient": Patient.__name__,
    "episode": CustodyEpisode.__name__,
    "conflict": Conflict.__name__,
}


def check_header(kind: RecordKind, header: Header) -> None:
    """Raise DamagedOperationError for a header that no program of ours writes."""
    if not ids.is_id(header.entity):
        raise DamagedOperationError("the record has no id")
    if (header.op is OpKind.RESOLVE) != (kind.type is ConflictResolution):
        raise DamagedOperationError("a decision is a resolution, and nothing else is")
    if header.op is OpKind.EDIT and kind.sort is not Sort.ENTITY:
        raise DamagedOperationError("what happened is not edited")
    try:
        clock.milliseconds(header.hlc)
    except ValueError as error:
        raise DamagedOperationError("the clock's stamp is none") from error
    _check_moments(header.recorded_at)


def check_fields(fields: dict[str, Any]) -> None:
    """Raise DamagedOperationError for plain fields that could not be written again unchanged."""
    try:
        bodies.refuse_what_cannot_be_signed(fields, levels=MAX_LEVELS)
    except bodies.BodyError as error:
        raise DamagedOperationError("the body could not be written again") from error
    if not all(map(str.isidentifier, fields)):
        raise DamagedOperationError("a field has no name")
    if not all(_is_id_or_none(fields.get(name)) for name in ("patient", "episode")):
        raise DamagedOperationError("a person or stay is named by no id")


def written(kind: RecordKind, body: bytes) -> Any:
    """Return the record that a body holds; raise DamagedOperationError where it is none."""
    if len(body) > bodies.MAX_BODY_BYTES:
        raise DamagedOperationError("the body is too long to be written again")
    try:
        record = bodies.decode(body, kind.type)
    except bodies.BodyError as error:
        raise DamagedOperationError("the body is not of its kind") from error
    _check_moments(record)
    return record


def check_references(
    kind: RecordKind, fields: dict[str, Any], known: Callable[[str], Held | None]
) -> None:
    """Raise DamagedOperationError where a record points at another person's, or at no such thing.

    `known` gives a stored record by its id; one that is not there yet is not judged.
    """
    names = [*kind.parents, *(FOLLOWS if kind.sort is Sort.FACT else ())]
    for name in names:
        named = fields.get(name)
        if not _is_id_or_none(named) or (named is not None and named == fields.get("id")):
            raise DamagedOperationError("a reference is no id, or the record's own")
        held = known(str(named))
        if held is None:
            continue
        if held.kind != _NAMES_ITS_KIND.get(name, held.kind):
            raise DamagedOperationError("a reference names a record of another kind")
        if name in FOLLOWS and REGISTRY[held.kind].sort is not Sort.FACT:
            raise DamagedOperationError("only what happened can be replaced")
        owner = held.fields.get("patient")
        if name != "patient" and owner is not None and owner != fields.get("patient"):
            raise DamagedOperationError("a reference names another person's record")


def _is_id_or_none(value: object) -> bool:
    return value is None or ids.is_id(value)


def _check_moments(value: Any) -> None:
    """Raise DamagedOperationError for an instant that no screen could show."""
    if isinstance(value, Moment):
        showable = EARLIEST_MS <= value.utc_ms <= LATEST_MS
        if not showable or abs(value.offset_minutes) >= _DAY_MINUTES:
            raise DamagedOperationError("a time lies outside the calendar")
        return
    inside: tuple[Any, ...] = ()
    if isinstance(value, msgspec.Struct):
        inside = msgspec.structs.astuple(value)
    elif isinstance(value, tuple):
        inside = value
    for inner in inside:
        # Most of a record is text: each call saved counts for every operation of a push.
        if type(inner) not in _TIMELESS:
            _check_moments(inner)
