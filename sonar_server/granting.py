"""Granting and revoking scopes: a word in the log that every PC reads, and holds from its commit.

From there on the server sends nothing of a revoked scope. What a PC has entered into it is taken
as ever, and the PC lets go of its copy once it has sent all of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sonar_core import bodies
from sonar_core.moments import moment_at
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.scope_grant import SCOPE_GRANT, ScopeGrant, scope_grant_id
from sonar_core.sync import clock
from sonar_core.sync.decision import NewVersion
from sonar_core.sync.grants import REVOCABLE
from sonar_core.sync.rows import Provenance
from sonar_server.administration import AdministrationError, one_named
from sonar_server.central import Central
from sonar_server.scopes import Territory
from sonar_server.store import grants, log, notices, places
from sonar_server.store.database import Transaction
from sonar_server.store.log import Entry
from sonar_server.store.notices import Regranted
from sonar_server.store.places import Device, Site

GRANT: Final = "grant_scope"
REVOKE: Final = "revoke_scope"


def scope_named(name: str) -> ScopeKind:
    """Return the scope of that name; raise AdministrationError for one that nobody can lose."""
    for kind in REVOCABLE:
        if kind.value == name:
            return kind
    names = " and ".join(kind.value for kind in REVOCABLE)
    raise AdministrationError(f"{name!r} cannot be granted or revoked: {names} can")


def device_named(central: Central, name: str) -> Device:
    """Return the device of that name or id; raise AdministrationError for none or several."""
    return one_named(name, central.database.run(places.devices), shown_by="scope list")


def say_of_device(central: Central, device: Device, kind: ScopeKind, *, is_granted: bool) -> None:
    """Grant or revoke a scope of its site for one device, whatever holds for the site."""
    word = _word(device.id, kind, is_granted=is_granted)
    central.database.run(lambda transaction: _say(transaction, central, device.site, word))


def say_of_site(central: Central, site: Site, kind: ScopeKind, *, is_granted: bool) -> None:
    """Grant or revoke a scope for every device of a site of which nothing else was said."""
    word = _word(site.id, kind, is_granted=is_granted)
    central.database.run(lambda transaction: _say(transaction, central, site.id, word))


def _word(holder: str, kind: ScopeKind, *, is_granted: bool) -> ScopeGrant:
    return ScopeGrant(
        id=scope_grant_id(holder, kind.value),
        holder=holder,
        scope=kind.value,
        is_granted=is_granted,
    )


def _say(transaction: Transaction, central: Central, site: str, word: ScopeGrant) -> None:
    organisation = central.organisation.id
    key = Territory(device="", site=site, organisation=organisation).key(ScopeKind.REFERENCE)
    # Under the lock: two who say something at once follow each other.
    head = log.heads(transaction, [key], lock=True)[key]
    version = grants.last_version(transaction, organisation, word) + 1
    head.commit([_entry(central, word, version)])
    grants.keep(transaction, site, word)
    log.write_heads(transaction, [head])
    for device in _concerned(places.devices(transaction), word.holder):
        # Whoever listens is told of the scopes that it held when it began.
        notices.say(transaction, Regranted(device=device.id))


def _concerned(devices: Sequence[Device], holder: str) -> list[Device]:
    return [device for device in devices if holder in {device.id, device.site}]


def _entry(central: Central, word: ScopeGrant, version: int) -> Entry:
    now_ms = central.now_ms()
    server = central.organisation.server_id
    return Entry(
        version=NewVersion(
            kind=SCOPE_GRANT,
            id=word.id,
            version=version,
            patient=None,
            episode=None,
            at_ms=now_ms,
            body=bodies.encode(word),
            provenance=Provenance(
                operation=central.new_id(),
                author=server,
                device=server,
                intent=GRANT if word.is_granted else REVOKE,
                recorded_at=moment_at(now_ms, "UTC"),
                received_ms=now_ms,
                hlc=clock.tick(clock.ZERO, now_ms),
            ),
        )
    )
