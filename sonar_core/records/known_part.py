"""What this program can read of a record that a newer one wrote."""

from __future__ import annotations

from typing import Any

import msgspec

from sonar_core import bodies
from sonar_core.records.kinds import RecordKind


def known_part(kind: RecordKind, body: bytes) -> bytes | None:
    """Return the body without the fields that only a newer program can read.

    They stand at their defaults then, so whoever shows it must say that something is missing. None
    where what is left is no record of its kind.
    """
    try:
        fields = bodies.fields_of(body)
        types = {field.name: field.type for field in msgspec.structs.fields(kind.type)}
        known = {
            name: value
            for name, value in fields.items()
            if name not in types or _is_one(value, types[name])
        }
        found = bodies.encode(known)
        bodies.decode(found, kind.type)
    except bodies.BodyError:
        return None
    return found


def _is_one(value: Any, type_: Any) -> bool:
    try:
        msgspec.convert(value, type_)
    except msgspec.ValidationError:
        return False
    return True
