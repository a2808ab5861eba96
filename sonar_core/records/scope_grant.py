"""The word that a PC, or every PC of a site, may or may not hold the records of a scope."""

from __future__ import annotations

from typing import Final

from sonar_core.ids import RecordId, slot
from sonar_core.records.base import Entity


class ScopeGrant(Entity, frozen=True, kw_only=True):
    """Made by the server when an administrator grants or revokes a scope.

    `holder` is the id of a device or of a site, `scope` a kind of scope within its site
    (`sonar_core.sync.grants`). Its newest version is what holds.
    """

    holder: str
    scope: str
    is_granted: bool


SCOPE_GRANT: Final = ScopeGrant.__name__


def scope_grant_id(holder: str, scope: str) -> RecordId:
    """Return the id of the one grant of a scope to a device or a site."""
    return slot(holder, "scope_grant", scope)
