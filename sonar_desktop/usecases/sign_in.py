"""Let a person in: with the server's word the first time, from this PC alone afterwards.

The same password is checked by the server and opens this PC's store (decision 18). Roles and sites
act through the signed lease, which is kept in the store and checked again at each sign-in.
"""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_core.bodies import UNREADABLE
from sonar_core.roles import Duty, refusal
from sonar_core.sync.lease import Lease
from sonar_core.sync.messages import SignedIn
from sonar_core.sync.roll import Ended, Heard, ended
from sonar_desktop.usecases.errors import KnownError, NotLetInError
from sonar_desktop.usecases.identity_ports import (
    Identity,
    Member,
    OpenedStore,
    PcRecord,
    Premises,
)
from sonar_desktop.usecases.ports import Actor, Reading, Writing

SERVER_SETTING: Final = "server_address"
PC_NAME_SETTING: Final = "pc_name"
WIPE_SETTING: Final = "wipe_order"
"""The server's order to wipe this PC as it was signed; empty once it was withdrawn."""
_TITLES: Final = frozenset({"dr", "mr", "mrs", "ms", "miss", "mx", "prof"})


class NotForThisPlaceError(NotLetInError):
    """The person may work, but not at this suite."""

    def __init__(self) -> None:
        super().__init__(
            "Your name and password are right, but you have no role at this suite. Ask the duty "
            "manager to add this suite to your account, then sign in again."
        )


class NoRecordsError(NotLetInError):
    """The person's role sees no patient, and a PC shows nothing else."""

    def __init__(self) -> None:
        super().__init__(
            "Your name and password are right, but your role does not see patients' records. "
            "Accounts and PCs are looked after on the server; ask the duty manager if you are here "
            "to care."
        )


class LeaseMissingError(KnownError):
    """The store holds no lease of a person whom the vault knows."""

    def __init__(self) -> None:
        super().__init__(
            "This PC has no record of your permission to work here. Nothing is lost. Sign in once "
            "while the PC is online; it is then renewed."
        )


class BrowserNeededError(KnownError):
    """The person signs in in the browser: this PC's password says nothing to the server."""

    def __init__(self) -> None:
        super().__init__("Sign in in the browser to go on.")


class LeaseEndedByServerError(NotLetInError):
    """The server took back what the lease gave: this PC's store may be opened, and no record."""


class AccountClosedError(LeaseEndedByServerError):
    """The person's account was closed."""

    def __init__(self) -> None:
        super().__init__(
            "Your account was closed by your organisation, so you cannot sign in. Nothing is lost: "
            "what you recorded here is sent by itself. If this is a mistake, tell your manager. "
            "Somebody else can sign in here now, by name, while this PC is online."
        )


class PasswordReplacedError(LeaseEndedByServerError):
    """The person's password is another one on the server."""

    def __init__(self) -> None:
        super().__init__(
            "Your password was changed, and this is the former one. Sign in here once by name with "
            "the new password while this PC is online; after that it works without the network."
        )


class WipeOrderedError(LeaseEndedByServerError):
    """This PC is to be wiped: it sends what it has, and shows nothing more."""

    def __init__(self) -> None:
        super().__init__(
            "This PC is being taken out of use, so nobody can sign in here. Work on another PC. "
            "Nothing is lost: what was entered here is sent now and by itself. Leave this PC on "
            "and connected."
        )


def ended_error(why: Ended) -> LeaseEndedByServerError:
    """Return what a person is told whose lease ended before its time."""
    return AccountClosedError() if why is Ended.CLOSED else PasswordReplacedError()


class KeptLease(msgspec.Struct, frozen=True, kw_only=True):
    """A lease as the server signed it, and the name its person types at the server.

    The name is empty where they sign in at a provider: their password is this PC's alone then, and
    is never sent anywhere.
    """

    username: str
    body: bytes
    signature: bytes

    @property
    def is_by_provider(self) -> bool:
        """Whether the person signs in in the browser."""
        return not self.username


class Admitted(msgspec.Struct, frozen=True, kw_only=True):
    """A person who has signed in; `until_ms` is when they have to do so again (UTC).

    That is their lease's end, under emergency access or by an envelope the end of those hours.
    """

    actor: Actor
    until_ms: int


class Emergency(msgspec.Struct, frozen=True, kw_only=True):
    """Emergency access as this PC keeps it: the line that began it, under which lease, its end.

    No lease is named where an envelope let the person in.
    """

    event: str
    lease_id: str
    until_ms: int


def sign_in_online(
    premises: Premises,
    opened: OpenedStore,
    identity: Identity,
    *,
    server: str,
    username: str,
    password: str,
    pc_name: str | None = None,
    expected: str | None = None,
) -> Admitted:
    """Ask the server, then give the person a key to this PC with the same password; slow.

    `expected` is the user of the tile that was chosen; `pc_name` is kept at the first sign-in of
    all. Raises KnownError: no network, name or password, other suite, a role that sees no records,
    weak password.
    """
    pc = record_of(opened)
    door = premises.door(server, pc.device, identity)
    door.hello()
    signed = door.sign_in(username.strip(), password)
    user = expected or named_in(signed)
    lease = premises.keys.checked_lease(signed, pc, user, door.server_ms())
    checked_for_here(lease, pc)
    member = member_of(lease)
    premises.keys.admit(member, password, gen=lease.cred_gen, not_after_ms=lease.not_after_ms)
    actor = actor_of(lease)
    kept = KeptLease(username=username.strip(), body=signed.lease, signature=signed.signature)

    def keep(writing: Writing) -> None:
        writing.put_setting(lease_setting(user), msgspec.json.encode(kept).decode())
        writing.put_setting(SERVER_SETTING, server)
        if pc_name is not None:
            writing.put_setting(PC_NAME_SETTING, pc_name)

    opened.store.write(actor, "sign_in", keep)
    return Admitted(actor=actor, until_ms=lease.not_after_ms)


def admitted_here(premises: Premises, opened: OpenedStore, user: str) -> Admitted:
    """Return a person whom the vault has let in, by the lease that the store keeps.

    Raises LeaseMissingError, NoRecordsError, LeaseEndedByServerError or the lease's own KnownError.
    """
    emergency = emergency_of(opened, user)
    if emergency is not None and premises.keys.certain_ms() < emergency.until_ms:
        lease = standing_lease(premises, opened, user, may_have_ended=True)
        if lease.lease_id == emergency.lease_id:
            return under_emergency(lease, emergency)
    lease = standing_lease(premises, opened, user)
    return Admitted(actor=actor_of(lease), until_ms=lease.not_after_ms)


def under_emergency(lease: Lease, emergency: Emergency) -> Admitted:
    """Return a person who works on under a lease that has ended."""
    actor = msgspec.structs.replace(actor_of(lease), emergency=emergency.event)
    return Admitted(actor=actor, until_ms=emergency.until_ms)


def standing_lease(
    premises: Premises, opened: OpenedStore, user: str, *, may_have_ended: bool = False
) -> Lease:
    """Return the lease that the store keeps of a person, if it lets them see records here.

    Raises as `admitted_here`; that its time is over is waived where it `may_have_ended`.
    """
    kept = kept_lease(opened, user)
    if kept is None:
        raise LeaseMissingError
    if setting(opened, WIPE_SETTING):
        raise WipeOrderedError
    lease = premises.keys.checked_lease(
        SignedIn(lease=kept.body, signature=kept.signature),
        record_of(opened),
        user,
        premises.clock.now_ms(),
        may_have_ended=may_have_ended,
    )
    why = ended(lease, heard_of(opened, user))
    if why is not None:
        raise ended_error(why)
    _require_records(lease)
    return lease


def checked_for_here(lease: Lease, pc: PcRecord) -> None:
    """Raise NotForThisPlaceError or NoRecordsError for a lease that opens nothing on this PC."""
    if pc.site not in lease.sites:
        raise NotForThisPlaceError
    _require_records(lease)


def _require_records(lease: Lease) -> None:
    if refusal(lease.role, Duty.READ):
        raise NoRecordsError


def lease_setting(user: str) -> str:
    """Return the name of the setting that keeps a person's lease."""
    return f"lease/{user}"


def kept_lease(opened: OpenedStore, user: str) -> KeptLease | None:
    """Return the lease kept for a person, with the name they type at the server."""
    text = setting(opened, lease_setting(user))
    return None if text is None else msgspec.json.decode(text, type=KeptLease)


def emergency_setting(user: str) -> str:
    """Return the name of the setting that keeps a person's last emergency access."""
    return f"emergency/{user}"


def emergency_of(opened: OpenedStore, user: str) -> Emergency | None:
    """Return a person's last emergency access on this PC; it may be over."""
    text = setting(opened, emergency_setting(user))
    return None if text is None else msgspec.json.decode(text, type=Emergency)


def roll_setting(user: str) -> str:
    """Return the name of the setting that keeps what the server said last of a person's account."""
    return f"roll/{user}"


def heard_of(opened: OpenedStore, user: str) -> Heard | None:
    """Return what the server said last of a person's account, where that was kept."""
    text = setting(opened, roll_setting(user))
    return None if text is None else msgspec.json.decode(text, type=Heard)


def setting(opened: OpenedStore, name: str) -> str | None:
    """Return a setting of this PC."""

    def look(reading: Reading) -> str | None:
        return reading.setting(name)

    return opened.store.read(look)


def record_of(opened: OpenedStore) -> PcRecord:
    """Return this PC's record; raise LeaseMissingError where an enrolment was never finished."""
    pc = opened.pc()
    if pc is None:
        raise LeaseMissingError
    return pc


def named_in(signed: SignedIn) -> str:
    """Return the user that a lease names, before it has been checked; empty where it names none."""

    class _User(msgspec.Struct):
        user: str = ""

    try:
        return msgspec.json.decode(signed.lease, type=_User).user
    except UNREADABLE:
        return ""


def actor_of(lease: Lease) -> Actor:
    """Return the person as entries name them."""
    return Actor(
        user=lease.user,
        name=lease.name,
        initials=initials_of(lease.name),
        role=lease.role,
        lease_id=lease.lease_id,
    )


def member_of(lease: Lease) -> Member:
    """Return the person as the sign-in page shows them."""
    return Member(
        user=lease.user, name=lease.name, initials=initials_of(lease.name), role=lease.role
    )


def initials_of(name: str) -> str:
    """Return the first letters of the first and last word: ``LM`` of Dr Lena Marek."""
    words = [word for word in name.split() if word.strip(".").casefold() not in _TITLES]
    if not words:
        return name[:1].upper()
    ends = [words[0]] if len(words) == 1 else [words[0], words[-1]]
    return "".join(word[0].upper() for word in ends)
