"""Who looked at a person's record: answered from the access logs of the asking device's site."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from sonar_core import bodies
from sonar_core.ids import is_id, to_bytes
from sonar_core.records.access_event import AccessEvent
from sonar_core.records.kinds import ScopeKind
from sonar_core.roles import Duty, may
from sonar_core.sync.looked import MOST_LINES, AskLooked, Looked, LookedLine, as_said
from sonar_core.sync.rows import provenance_of
from sonar_server.authors import Account
from sonar_server.central import Central
from sonar_server.errors import RefusedError, bad_request, require_protocol
from sonar_server.store import looks, people, places, reach
from sonar_server.store.database import Transaction
from sonar_server.store.looks import Look
from sonar_server.store.places import Device

_NOT_ALLOWED: Final = "the lease of whoever asks does not let them see who looked at a record"


def who_looked(central: Central, asked: AskLooked, device: Device) -> Looked:
    """Return the lines about a patient, or of emergency access, for one whose role may see them.

    Raises RefusedError: bad_request for ids that are none, role_not_allowed for a lease that is
    unknown, another device's or person's or over, an account that is closed, another site's or of
    another role.
    """
    require_protocol(asked.protocol)
    try:
        patient = to_bytes(asked.patient) if asked.patient else None
        to_bytes(asked.user)
    except ValueError:
        raise bad_request("that is no id") from None
    organisation, now_ms = to_bytes(central.organisation.id), central.now_ms()

    def look(transaction: Transaction) -> Looked:
        _require_allowed(transaction, organisation, asked, device, now_ms)
        site = to_bytes(device.site)
        pcs = {
            central.territory(one).key(ScopeKind.DEVICE).name: one.name
            for one in places.every_device(transaction)
            if one.site == device.site
        }
        scopes = list(pcs)
        if patient is None:
            found = looks.emergencies(transaction, site, scopes, MOST_LINES + 1)
        else:
            found = looks.about(transaction, site, scopes, patient, MOST_LINES + 1)
        events = [(bodies.decode(one.body, AccessEvent), one) for one in found[:MOST_LINES]]
        events.sort(key=lambda pair: (pair[0].recorded_at.utc_ms, pair[0].id), reverse=True)
        users = {event.user for event, _ in events if event.user is not None and is_id(event.user)}
        known = people.people_of(transaction, organisation, [to_bytes(one) for one in users])
        accounts = {one.user: (one.name, one.role) for one in known}
        unknown = [to_bytes(one) for one in users - accounts.keys()]
        visitors = {one.id: one for one in looks.visitors(transaction, site, unknown)}
        lines = [_line(event, one, accounts, pcs) for event, one in events]
        return Looked(
            lines=tuple(
                as_said(one, visitors[one.user]) if one.user in visitors else one for one in lines
            ),
            server_ms=now_ms,
            has_more=len(found) > MOST_LINES,
        )

    return reach.of_sites(central.database, [to_bytes(device.site)]).run(look)


def _line(
    event: AccessEvent, look: Look, accounts: dict[str, tuple[str, str]], pcs: dict[str, str]
) -> LookedLine:
    name, role = accounts.get(event.user or "", ("", ""))
    return LookedLine(
        id=event.id,
        action=event.action.value,
        user=event.user or "",
        name=name,
        role=role,
        pc=pcs[look.scope],
        at=event.recorded_at,
        received_ms=provenance_of(look.provenance).received_ms,
        reason=event.reason,
    )


def _require_allowed(
    transaction: Transaction, organisation: bytes, asked: AskLooked, device: Device, now_ms: int
) -> None:
    known = people.known(transaction, organisation, users=[asked.user], leases=[asked.lease_id])
    account, lease = known.accounts.get(asked.user), known.leases.get(asked.lease_id)
    is_theirs = lease is not None and (lease.user, lease.device) == (asked.user, device.id)
    runs = lease is not None and lease.not_after_ms >= now_ms
    if not (is_theirs and runs and account is not None and _may(account, device.site)):
        raise RefusedError(HTTPStatus.FORBIDDEN, "role_not_allowed", _NOT_ALLOWED)


def _may(account: Account, site: str) -> bool:
    return account.is_active and site in account.sites and may(account.role, Duty.SEE_ACCESS)
