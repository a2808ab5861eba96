"""Judging who wrote an operation: by that person, that lease and that time, never by the sender.

Nothing here stops an operation: what happened is recorded, and the row says what was odd.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sonar_core.records.kinds import ScopeKind
from sonar_core.records.registry import REGISTRY
from sonar_core.roles import may_write
from sonar_core.sync.operations import Header

UNKNOWN_USER: Final = "unknown_user"
INACTIVE_USER: Final = "inactive_user"
OTHER_SITE: Final = "other_site"
ROLE_NOT_ALLOWED: Final = "role_not_allowed"
NO_LEASE: Final = "no_lease"
UNKNOWN_LEASE: Final = "unknown_lease"
LEASE_EXPIRED: Final = "lease_expired"
EMERGENCY_ACCESS: Final = "emergency_access"
SCOPE_REVOKED: Final = "scope_revoked"

_CARE: Final = frozenset({ScopeKind.CLINICAL, ScopeKind.MEDICINES})


@dataclass(frozen=True, kw_only=True)
class Account:
    """A person as the server knows them now."""

    user: str
    role: str
    sites: tuple[str, ...]
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class IssuedLease:
    """A lease as it was issued."""

    lease_id: str
    user: str
    device: str
    role: str
    sites: tuple[str, ...]
    issued_ms: int
    not_after_ms: int


@dataclass(frozen=True, kw_only=True)
class Known:
    """The accounts and leases that a batch names, as far as they exist."""

    accounts: Mapping[str, Account]
    leases: Mapping[str, IssuedLease]


def marks(
    header: Header, site: str, known: Known, revoked: frozenset[ScopeKind] = frozenset()
) -> tuple[str, ...]:
    """Return what is odd about the author of an operation written at a site.

    `revoked` are the scopes that the author's device may not hold any more.
    """
    # Emergency by what the device signed and not by its clock, which may stand wrong.
    emergency = (EMERGENCY_ACCESS,) if header.emergency else ()
    return (*_marks(header, site, known), *emergency, *_mark_of_scope(header, revoked))


def _mark_of_scope(header: Header, revoked: frozenset[ScopeKind]) -> tuple[str, ...]:
    kind = REGISTRY.get(header.kind)
    return (SCOPE_REVOKED,) if kind is not None and kind.scope in revoked else ()


def _marks(header: Header, site: str, known: Known) -> tuple[str, ...]:
    account = known.accounts.get(header.user)
    if account is None:
        return (UNKNOWN_USER,)
    lease = _lease(header, known)
    under: Account | IssuedLease = account if lease is None else lease
    found = [] if account.is_active else [INACTIVE_USER]
    if site not in under.sites:
        found.append(OTHER_SITE)
    kind = REGISTRY.get(header.kind)
    if kind is not None and kind.scope in _CARE and not may_write(under.role, kind.name):
        found.append(ROLE_NOT_ALLOWED)
    if header.lease_id is None:
        found.append(NO_LEASE)
    elif lease is None:
        found.append(UNKNOWN_LEASE)
    elif header.recorded_at.utc_ms >= lease.not_after_ms and not header.emergency:
        found.append(LEASE_EXPIRED)
    return tuple(found)


def _lease(header: Header, known: Known) -> IssuedLease | None:
    lease = known.leases.get(header.lease_id or "")
    if lease is None or (lease.user, lease.device) != (header.user, header.device):
        return None
    return lease
