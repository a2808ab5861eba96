"""Records that this program cannot read, as a newer one would have written them."""

from __future__ import annotations

import msgspec

from sonar_core.records.registry import REGISTRY


def from_a_newer_program(monkeypatch, kind, field) -> None:
    """Let every record of a kind be unreadable here: the field is of another type."""
    name = kind.__name__
    shape = msgspec.defstruct(name, [(field, dict[str, int])], bases=(kind,), kw_only=True)
    monkeypatch.setitem(REGISTRY, name, msgspec.structs.replace(REGISTRY[name], type=shape))
