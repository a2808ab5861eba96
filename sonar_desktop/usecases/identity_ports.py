"""What enrolment, sign-in and lock need of the world: keys, a store to open, an exchange.

The vault, the exchange and the store implement these; none of them knows the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import msgspec

from sonar_core.sync.lease import Lease
from sonar_core.sync.messages import Reason, SignedIn
from sonar_core.sync.roll import Roll, SignedRoll
from sonar_core.sync.wiping import Parcel, SignedOrder, WipeOrder
from sonar_desktop.usecases.disk_ports import DiskReport
from sonar_desktop.usecases.door_ports import BrowserWay, ServerDoor
from sonar_desktop.usecases.ports import Clock, Ids, Store
from sonar_desktop.usecases.sync_ports import SyncStore


class Asks(StrEnum):
    """What a person's sign-in takes on this PC at the moment."""

    PIN = "pin"
    PASSWORD = "password"  # noqa: S105 - a word of the screen
    ONLINE = "online"
    """Their lease is over: the server has to say yes once."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff as this PC knows them."""

    user: str
    name: str
    initials: str
    role: str


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff who has signed in here, until when offline (UTC ms), and with what."""

    member: Member
    asks: Asks
    not_after_ms: int


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """One sealed envelope: its number, and the code to write down once and keep nowhere."""

    number: int
    code: str

    def __repr__(self) -> str:
        """Say which envelope, never its code."""
        return f"<Envelope {self.number}>"


class OpenedEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """Which envelope a code is of; `slot` is what is used up when its person gets a key."""

    number: int
    slot: bytes


class PublicKeys(Protocol):
    """The public halves of a PC's keys."""

    @property
    def sign(self) -> bytes:
        """Ed25519, 32 bytes."""

    @property
    def receive(self) -> bytes:
        """X25519, 32 bytes."""

    @property
    def fingerprint(self) -> str:
        """Both, to compare by eye or voice."""


class Identity(Protocol):
    """This PC's own keys."""

    @property
    def public(self) -> PublicKeys:
        """The public halves."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message that begins with its domain."""

    def stored(self) -> bytes:
        """Return both private keys for the encrypted store, and for nothing else."""


class Keys(Protocol):
    """The keys of this PC and the people who hold one.

    What stretches a secret takes a quarter of a second and more: never on the thread that draws.
    Everything raises KnownError with its own sentence.
    """

    @property
    def is_enrolled(self) -> bool:
        """Whether somebody has, or had, a password here."""

    @property
    def is_unlocked(self) -> bool:
        """Whether the store key is in memory."""

    @property
    def reduced_protection(self) -> bool:
        """Whether the administrator's policy keeps the device secret in a file."""

    def known(self) -> tuple[Known, ...]:
        """Return who can sign in here, by name; quick."""

    def create(self, device: str, organisation_key: bytes) -> None:
        """Make the store key with its recovery slot; slow."""

    def admit(
        self, member: Member, password: str, *, gen: int, not_after_ms: int, envelope: bytes = b""
    ) -> None:
        """Give a person whom the server, or an envelope, accepted their own key to this PC; slow.

        The envelope of that slot is used up by it, in the same writing.
        """

    def require_strong(self, password: str, name: str) -> None:
        """Refuse a password that `admit` would refuse somebody of that name; quick."""

    @property
    def envelopes_left(self) -> int:
        """How many sealed envelopes of this PC are not used yet."""

    def make_envelopes(self) -> tuple[Envelope, ...]:
        """Make three envelopes and void all earlier ones; keyring."""

    def open_envelope(self, code: str) -> OpenedEnvelope:
        """Hold the store key that a printed code opens; keyring. The envelope stays good.

        The caller gives whom it let in a key of their own by `admit`, or locks again.
        """

    def renew(self, member: Member, *, gen: int, not_after_ms: int) -> None:
        """Write a new lease into the key of a person who signed in by password; quick."""

    def unlock(self, user: str, password: str) -> None:
        """Let a person in by password; slow."""

    def unlock_to_renew(self, user: str, password: str) -> None:
        """Open the store for a person whose lease has ended, to ask the server; slow.

        The caller lets them in with the server's word, or locks again.
        """

    def unlock_with_pin(self, user: str, pin: str) -> None:
        """Let a person in by PIN; slow."""

    def set_pin(self, user: str, pin: str) -> None:
        """Make a PIN for a person who signed in by password since this program started; slow."""

    def forget_pin(self, user: str) -> None:
        """Drop a person's PIN, as at their sign-out."""

    def end_older(self, user: str, gen: int) -> bool:
        """Remove a person's key that is older than their credentials on the server; quick.

        Their PIN goes at all events. The last key of all is kept, since nobody could open the
        store without it. Returns whether one was removed.
        """

    def certain_ms(self) -> int:
        """Return the latest time that is certain (UTC ms): a clock set back lengthens nothing."""

    def checked_lease(
        self,
        signed: SignedIn,
        place: PcRecord,
        user: str,
        now_ms: int,
        *,
        may_have_ended: bool = False,
    ) -> Lease:
        """Return the lease if it is true, for this PC and person, and runs unless it may not."""

    def checked_roll(self, signed: SignedRoll, place: PcRecord) -> Roll:
        """Return the server's word on accounts if it is true and for this PC."""

    def checked_order(self, signed: SignedOrder, place: PcRecord) -> WipeOrder:
        """Return the server's order to wipe this PC if it is true and for it."""

    def sealed_parcel(self, content: bytes, place: PcRecord) -> bytes:
        """Seal what this PC leaves so that the organisation's recovery key alone opens it."""

    @property
    def is_wiped(self) -> bool:
        """Whether a wipe order destroyed the keys of this PC."""

    def wipe(self) -> None:
        """Destroy every person's key and the device secret; may be repeated; keyring."""

    def lock(self) -> None:
        """Wipe every key in this process."""


class PcRecord(msgspec.Struct, frozen=True, kw_only=True):
    """This PC as the server enrolled it; `identity` are its private keys as stored."""

    device: str
    incarnation: int
    site: str
    site_name: str
    organisation: str
    zone: str
    server_id: str
    scopes: tuple[str, ...]
    identity: bytes
    lease_public: bytes
    recovery_public: bytes

    def __repr__(self) -> str:
        """Say which PC, never its keys."""
        return f"<PcRecord {self.device}>"


class OutboxEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of this PC that is not held centrally.

    `number` is its place in this PC's order, to be told to support. `author` is the
    family name of who wrote it, empty where this PC does not know them. `entity` is the record's
    id. Of what is held back: `is_readable` says that this program can show it, `is_stuck` that it
    never comes by itself; `corrected_by` and `corrected_ms` are of what was written to correct it.
    """

    number: int
    kind: str
    episode: str | None
    author: str
    written_ms: int
    is_held: bool
    reason: Reason
    entity: str = ""
    is_readable: bool = True
    is_stuck: bool = False
    corrected_by: str = ""
    corrected_ms: int | None = None


class OpenedStore(Protocol):
    """The encrypted store while it is open."""

    @property
    def store(self) -> Store:
        """For the use cases."""

    @property
    def sync(self) -> SyncStore:
        """For the exchange."""

    def pc(self) -> PcRecord | None:
        """Return this PC's record, None in a new store."""

    def enrol(self, record: PcRecord, identity: Identity) -> None:
        """Write this PC's record, once; from then on entries are signed with its keys."""

    def outbox(self, most: int) -> tuple[OutboxEntry, ...]:
        """Return what is not held centrally, newest first, the access log last."""

    def disk(self) -> DiskReport:
        """Return what was found of this PC's disk, and whether it fails now."""

    def close(self) -> None:
        """Finish what is queued and let go of the file."""


class Exchanging(Protocol):
    """The exchange with the server while it runs."""

    def wake(self) -> None:
        """Exchange now."""

    def leave(self) -> None:
        """Ask it to end, and wait a moment only."""


class Sound(Protocol):
    """The PC's loudspeaker."""

    @property
    def is_silent(self) -> bool:
        """Whether this PC cannot sound: no player, or the last sound was refused."""

    def ring(self) -> None:
        """Sound the two tones once, without waiting for them."""


class KeptParcel(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel on this PC's disk, and how far the wipe is.

    `is_all_sent` says that after the keys had
    gone nothing was here that the server has not; with `is_received` the records may go.
    """

    server: str
    parcel: Parcel
    is_all_sent: bool = False
    is_received: bool = False


class ParcelShelf(Protocol):
    """One parcel, on disk before this returns."""

    def kept(self) -> KeptParcel | None:
        """Return the parcel that lies here; None where there is none, or none to be read."""

    def keep(self, parcel: KeptParcel) -> None:
        """Put a parcel here in place of the one before; raises KnownError with that one kept."""


@dataclass(frozen=True, kw_only=True)
class Premises:
    """The PC with everything that a person's sign-in needs; made once by bootstrap.

    `door` takes an address, and this PC's id and keys once it has them. `begin_exchange` takes the
    open store, the door's address, the id and the keys. `set_store_aside` renames the file of an
    enrolment that nobody finished. `restart` ends this process and starts
    its successor, handing it some bytes in memory. `parcels` is where what a wiped PC leaves lies,
    `remove_records` deletes the store and its journal, while nothing has them open. `browser` makes
    the way for one sign-in at the organisation's provider; it raises KnownError.
    """

    keys: Keys
    clock: Clock
    ids: Ids
    sound: Sound
    new_identity: Callable[[], Identity]
    load_identity: Callable[[bytes], Identity]
    door: Callable[[str, str, Identity | None], ServerDoor]
    open_store: Callable[[], OpenedStore]
    set_store_aside: Callable[[], None]
    begin_exchange: Callable[[OpenedStore, str, str, Identity], Exchanging]
    restart: Callable[[bytes], None]
    fingerprint: Callable[[bytes], str]
    parcels: ParcelShelf
    remove_records: Callable[[], None]
    browser: Callable[[], BrowserWay]
