"""Have a person's lease renewed when they sign in by password while the server answers.

So that somebody who works here every day can go on offline for the lease's whole time, and not only
for what is left of it.
"""

from __future__ import annotations

import msgspec

from sonar_desktop.usecases.identity_ports import Premises
from sonar_desktop.usecases.open_pc import OpenPc
from sonar_desktop.usecases.ports import Writing
from sonar_desktop.usecases.sign_in import (
    Admitted,
    BrowserNeededError,
    KeptLease,
    LeaseMissingError,
    NotForThisPlaceError,
    actor_of,
    kept_lease,
    lease_setting,
    member_of,
)


def renew_lease(premises: Premises, opened: OpenPc, user: str, password: str) -> Admitted:
    """Ask for a new lease with the password that has just opened this PC, and keep it.

    The key of the person stays as it is, and so does their PIN. Raises KnownError with the old
    lease in force: no network, the password was changed elsewhere, another suite.
    """
    kept = kept_lease(opened.opened, user)
    if kept is None:
        raise LeaseMissingError
    if kept.is_by_provider:
        raise BrowserNeededError
    door = premises.door(opened.server, opened.pc.device, opened.identity)
    door.hello()
    signed = door.sign_in(kept.username, password)
    lease = premises.keys.checked_lease(signed, opened.pc, user, door.server_ms())
    if opened.pc.site not in lease.sites:
        raise NotForThisPlaceError
    premises.keys.renew(member_of(lease), gen=lease.cred_gen, not_after_ms=lease.not_after_ms)
    fresh = KeptLease(username=kept.username, body=signed.lease, signature=signed.signature)

    def keep(writing: Writing) -> None:
        writing.put_setting(lease_setting(user), msgspec.json.encode(fresh).decode())

    opened.opened.store.write(actor_of(lease), "renew_lease", keep)
    return Admitted(actor=actor_of(lease), until_ms=lease.not_after_ms)
