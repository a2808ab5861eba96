"""Which scopes a PC may hold: those of its site, unless one was revoked from it or from its site.

A scope is revoked by a word in a log and granted again by another. The words are rows of the
organisation's reference scope, which every PC holds and none can lose.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from sonar_core.records.kinds import ScopeKind
from sonar_core.records.scope_grant import ScopeGrant

REVOCABLE: Final = (ScopeKind.CLINICAL, ScopeKind.MEDICINES)
"""What can be granted and revoked; the reference scope says who may sign in and what is granted."""


def revoked_from(device: str, site: str, words: Iterable[ScopeGrant]) -> frozenset[ScopeKind]:
    """Return the scopes that a PC of a site may not hold.

    A word about the PC itself goes before one about its site, whichever was said later; without
    any a PC holds all. `words` are the newest versions, of others too.
    """
    said = {(word.holder, word.scope): word.is_granted for word in words}
    return frozenset(
        kind
        for kind in REVOCABLE
        if not said.get((device, kind.value), said.get((site, kind.value), True))
    )


def is_reference(scope: str) -> bool:
    """Return whether a scope, by its name on the wire, is the one that the words are in."""
    return scope.rpartition("/")[2] == ScopeKind.REFERENCE


class CopyState(StrEnum):
    """What becomes of a PC's copy of a scope that was revoked from it."""

    REVOKED = "revoked"
    """Nothing more is fetched; it goes once what was entered here is sent."""
    GOING = "going"
    AGAIN = "again"
    """Granted again while it was going: it goes to its end, then all is fetched anew."""
    GONE = "gone"


def next_state(state: CopyState | None, *, is_revoked: bool) -> CopyState | None:
    """Return what a copy's state becomes by the newest word; None is a scope that is held."""
    if is_revoked:
        return {None: CopyState.REVOKED, CopyState.AGAIN: CopyState.GOING}.get(state, state)
    return CopyState.AGAIN if state in (CopyState.GOING, CopyState.AGAIN) else None
