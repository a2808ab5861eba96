"""Give a new PC its place on the server, and make its encrypted store.

The server answers first, because the store key is sealed to the organisation's recovery key that
comes with the answer. A person compares that key's fingerprint before anything is made with it.
"""

from __future__ import annotations

from sonar_core.sync.messages import PROTOCOL, REQUEST_DOMAIN, Enrol, Enrolled
from sonar_desktop.usecases.identity_ports import Identity, OpenedStore, PcRecord, Premises

FIRST_INCARNATION = 1


def ask_for_place(
    premises: Premises, identity: Identity, *, server: str, code: str, name: str
) -> Enrolled:
    """Enrol at the server with the administrator's one-time code.

    `name` is what people call this PC. Raises KnownError: address, code, network, version.
    """
    door = premises.door(server, "", None)
    door.hello()
    public = identity.public
    typed = code.strip()
    proof = identity.sign(REQUEST_DOMAIN + typed.encode() + public.sign + public.receive)
    return door.enrol(
        Enrol(
            protocol=PROTOCOL,
            code=typed,
            name=name.strip(),
            sign_public=public.sign,
            seal_public=public.receive,
            proof=proof,
        )
    )


def make_store(premises: Premises, identity: Identity, enrolled: Enrolled) -> OpenedStore:
    """Make the store key and the store, and put this PC's keys into it.

    Until somebody has signed in the PC does not count as enrolled: the key is in memory only, and
    what an enrolment left that nobody finished is set aside, never deleted. Slow. Raises
    KnownError with nothing enrolled.
    """
    premises.keys.create(enrolled.device, enrolled.recovery_public)
    premises.set_store_aside()
    opened = premises.open_store()
    try:
        opened.enrol(pc_record(identity, enrolled), identity)
    except BaseException:
        opened.close()
        raise
    return opened


def pc_record(identity: Identity, enrolled: Enrolled) -> PcRecord:
    """Return what the store keeps of the server's answer."""
    return PcRecord(
        device=enrolled.device,
        incarnation=FIRST_INCARNATION,
        site=enrolled.site,
        site_name=enrolled.site_name,
        organisation=enrolled.organisation,
        zone=enrolled.zone,
        server_id=enrolled.server_id,
        scopes=enrolled.scopes,
        identity=identity.stored(),
        lease_public=enrolled.lease_public,
        recovery_public=enrolled.recovery_public,
    )
