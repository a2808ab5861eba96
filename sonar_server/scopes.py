"""Names of scopes: on the wire `<owner's id>/<kind>`, in the store the kind below a site's id.

The owner is the site for clinical and medicines, the organisation for reference, the device for
its own access log (which is kept with the site).
"""

from __future__ import annotations

from typing import NamedTuple

from sonar_core.ids import to_bytes
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.grants import REVOCABLE
from sonar_server.errors import foreign_scope, scope_revoked


class ScopeKey(NamedTuple):
    """A scope in the store; sorted, these are the order in which scopes are locked."""

    site_id: bytes
    name: str


class Territory(NamedTuple):
    """Where a device stands: itself, its site, its organisation, as text ids.

    `revoked` are the scopes of its site that it may not read. What was entered into one is taken
    all the same: it happened.
    """

    device: str
    site: str
    organisation: str
    revoked: frozenset[ScopeKind] = frozenset()

    def wire(self, kind: ScopeKind) -> str:
        """Return the scope's name on the wire."""
        return f"{self._owner(kind)}/{kind.value}"

    def key(self, kind: ScopeKind) -> ScopeKey:
        """Return the scope's key in the store."""
        if kind is ScopeKind.REFERENCE:
            return ScopeKey(to_bytes(self.organisation), kind.value)
        if kind is ScopeKind.DEVICE:
            return ScopeKey(to_bytes(self.site), f"{kind.value}/{self.device}")
        return ScopeKey(to_bytes(self.site), kind.value)

    def pulled(self) -> tuple[str, ...]:
        """Return the scopes that the device holds a copy of."""
        kinds = (ScopeKind.REFERENCE, *REVOCABLE)
        return tuple(self.wire(kind) for kind in kinds if kind not in self.revoked)

    def read(self) -> tuple[ScopeKey, ...]:
        """Return the scopes whose rows the device may be sent."""
        return tuple(self.key(kind) for kind in ScopeKind if kind not in self.revoked)

    def written(self) -> tuple[ScopeKey, ...]:
        """Return the scopes that the device's operations may reach."""
        return tuple(self.key(kind) for kind in ScopeKind if kind is not ScopeKind.REFERENCE)

    def key_of(self, wire: str) -> ScopeKey | None:
        """Return the key of a scope that is this device's, or None for any other."""
        return next((self.key(kind) for kind in ScopeKind if self.wire(kind) == wire), None)

    def own(self, wire: str) -> ScopeKey:
        """Return the key of a scope; raise RefusedError for one that is not this device's."""
        key = self.key_of(wire)
        if key is None:
            raise foreign_scope()
        return key

    def readable(self, wire: str) -> ScopeKey:
        """Return the key of a scope; raise RefusedError for one that it may not read."""
        key = self.own(wire)
        if self.is_revoked(wire):
            raise scope_revoked()
        return key

    def is_revoked(self, wire: str) -> bool:
        """Return whether a scope of this device's was revoked from it."""
        return wire in map(self.wire, self.revoked)

    def wire_of(self, key: ScopeKey) -> str:
        """Return the name on the wire of a scope that is this device's."""
        return next(self.wire(kind) for kind in ScopeKind if self.key(kind) == key)

    def may_write(self, wire: str, record_kind: str) -> bool:
        """Return whether an operation on a record of this kind belongs into this scope.

        A kind from a newer program may be any of the scopes that the device writes.
        """
        known = REGISTRY.get(record_kind)
        kinds = tuple(ScopeKind) if known is None else (known.scope,)
        return any(wire == self.wire(kind) for kind in kinds if kind is not ScopeKind.REFERENCE)

    def key_for(self, record_kind: str) -> ScopeKey:
        """Return the scope that rows of a kind are kept in."""
        return self.key(REGISTRY[record_kind].scope)

    def _owner(self, kind: ScopeKind) -> str:
        if kind is ScopeKind.REFERENCE:
            return self.organisation
        return self.device if kind is ScopeKind.DEVICE else self.site
