"""What the exchange with the server needs of the local store, and what it tells the screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

import msgspec

from sonar_core.sync.anchors import Countersigned
from sonar_core.sync.grants import CopyState
from sonar_core.sync.healing import Freeze
from sonar_core.sync.messages import (
    BeginAnew,
    BegunAnew,
    Cursor,
    Holding,
    Manifest,
    OwnPlace,
    Phase,
    Receipt,
)
from sonar_core.sync.operations import Operation
from sonar_core.sync.rows import Row
from sonar_desktop.usecases.healing_ports import HealingStore, Suspicion
from sonar_desktop.usecases.ports import Changed


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """Waiting operations in the order written, no user action split; empty when all is sent.

    `numbers` are their places in this PC's chain. `is_over` says that they were written in an
    earlier incarnation, under which this PC sends nothing more.
    """

    device: str
    incarnation: int
    operations: tuple[Operation, ...]
    numbers: tuple[int, ...]
    is_over: bool = False


class Unfinished(msgspec.Struct, frozen=True, kw_only=True):
    """What a first sync still has to fetch of one scope."""

    scope: str
    unattached: bool
    board: tuple[Holding, ...]
    other: tuple[Holding, ...]
    total_rows: int
    done_rows: int
    epoch: int = 0


def begun_with(manifest: Manifest) -> Unfinished:
    """Return what is left to fetch of a first sync that begins: all of it."""
    counts = [holding.board_rows + holding.other_rows for holding in manifest.holdings]
    return Unfinished(
        scope=manifest.cursor.scope,
        unattached=manifest.unattached > 0,
        board=tuple(one for one in manifest.holdings if one.board_rows),
        other=tuple(one for one, count in zip(manifest.holdings, counts, strict=True) if count),
        total_rows=manifest.unattached + sum(counts),
        done_rows=0,
        epoch=manifest.cursor.epoch,
    )


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """Rows checked against hash and chain, ready to be stored: `hashes` has one item for each."""

    scope: str
    rows: list[Row]
    hashes: list[bytes]


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that the store has made ready to be stored; what it adds to them is its own."""

    taken: Taken


class Part(msgspec.Struct, frozen=True):
    """Part of a first sync as it came: rows of a phase's next `patients` patients."""

    packed: Packed
    phase: Phase
    patients: int


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the parts handed over are on disk, and what they changed."""

    parts: int
    changed: Changed


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What has not reached the server: counts, and since when the oldest entry waits (UTC ms).

    `operations` and `actions` count everything that is sent, `access_lines` how many of the
    operations the program wrote by itself, about who came and who looked.
    """

    operations: int
    actions: int
    held_back: int
    oldest_ms: int | None
    access_lines: int = 0

    @property
    def entries(self) -> int:
        """How many operations a person entered."""
        return self.operations - self.access_lines


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Where this PC stands before an exchange, as of one moment.

    `cursors` says how far each granted scope is (seq 0 without rows), `digests` what this PC's own
    rows of it add up to. `is_fetching` says that a first sync is to begin or under way,
    `is_leaving` that stays which left the log, or a scope that was revoked, are still on the disk.
    While `is_removal_frozen` nothing leaves it: more was about to go than the logs explain.
    `last_seq` is the number of the last operation written here.
    `suspicions` are scopes known to differ from the server's, `has_untold` says that the server is
    to be told of an incident now. `awaited` are the numbers of operations with a verdict whose rows
    have not come, `has_lost` says that rows of stays are put aside as lost by the server.
    """

    waiting: Waiting
    cursors: tuple[Cursor, ...]
    digests: dict[str, bytes]
    is_fetching: bool
    incarnation: int = 1
    last_seq: int = 0
    suspicions: tuple[Suspicion, ...] = ()
    has_untold: bool = False
    is_leaving: bool = False
    is_removal_frozen: bool = False
    awaited: tuple[int, ...] = ()
    has_lost: bool = False

    @property
    def may_let_go(self) -> bool:
        """Whether there is anything that may go off the disk, or that keeps things from going."""
        return self.is_leaving or self.is_removal_frozen or bool(self.awaited) or self.has_lost


class Compared(NamedTuple):
    """How far both sides' digests were equal just now, by scope, and what was awaited before.

    `awaited` is `Position.awaited` of before the server was asked. `held` are operations of rows
    taken for lost that the server said it holds.
    """

    agreed: Mapping[str, int]
    awaited: tuple[int, ...] = ()
    held: frozenset[str] = frozenset()


class Departed(msgspec.Struct, frozen=True, kw_only=True):
    """How many stays that are over went off the disk just now.

    `has_more` says that there may be more to take off, of stays or of scopes that were revoked,
    `waits_for_horizon` that others may go once the server says that it cannot lose them.
    While there are `freezes` nothing goes: more was about to go than the logs explain.
    """

    stays: int = 0
    has_more: bool = False
    waits_for_horizon: bool = False
    freezes: tuple[Freeze, ...] = ()
    changed: Changed = Changed()


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """For each granted scope, the places that this PC's rows lead through, beginning first.

    `written` are the own operations that this PC keeps, in order.
    """

    incarnation: int
    scopes: tuple[tuple[Cursor, ...], ...]
    written: tuple[OwnPlace, ...] = ()


class Resumption(msgspec.Struct, frozen=True, kw_only=True):
    """Where this PC and the server agree: each scope's last common place in its present epoch.

    `op_seq` and `header_hash` are the end of this PC's chain as the server has it, `held_seq` the
    last of `Places.written` that it holds, 0 for none.
    """

    common: tuple[Cursor, ...]
    op_seq: int
    header_hash: str
    held_seq: int = 0


class GoneBack(msgspec.Struct, frozen=True, kw_only=True):
    """What going back changed; `operations` will be sent again.

    `is_moved` is false where both sides agreed already. `is_over` says that it takes a new
    incarnation to send them.
    """

    operations: int
    is_moved: bool
    changed: Changed
    is_over: bool = False


class SyncStore(Protocol):
    """The store as the exchange sees it. Each method is one transaction on the store's writer."""

    @property
    def healing(self) -> HealingStore:
        """For finding and putting right what is not as the server has it."""

    def position(self) -> Position:
        """Return where this PC stands: all that an exchange with nothing to do has to know."""

    def outgoing(self, max_operations: int, max_bytes: int, after: int = 0) -> Outgoing:
        """Return the next batch to push, of the operations numbered above `after`."""

    def settle(
        self,
        receipts: tuple[Receipt, ...],
        durable: Mapping[str, int] | None = None,
        anchor: Countersigned | None = None,
    ) -> Changed:
        """Keep verdicts, up to where the server can lose nothing, and what it countersigned.

        An operation leaves the outbox only here.
        """

    def horizon(self) -> dict[str, int]:
        """Return up to where the server said of each scope that it can lose nothing."""

    def places(self) -> Places:
        """Return the places that this PC's rows lead through."""

    def go_back(self, to: Resumption) -> GoneBack:
        """Stand where this PC and the server agree, and have the rest sent and fetched again."""

    def to_begin_anew(self) -> BeginAnew:
        """Return what to ask the server for when the present incarnation is not this store's."""

    def begin_anew(self, begun: BegunAnew) -> Changed:
        """Go on in a new incarnation, with everything sent again that has no last verdict."""

    def let_go(self, compared: Compared) -> Departed:
        """Take off the disk some of the stays that have left and with which nothing can be lost.

        What is shown ends of own entries whose stays left before their rows came, and of rows
        taken for lost that the server holds.
        """

    def lift(self, freezes: Sequence[int]) -> None:
        """Let stays go again that were frozen at these times (UTC ms by this PC)."""

    def revoked(self) -> dict[str, CopyState]:
        """Return the scopes that this PC may not hold, with what becomes of their copies."""

    def cursors(self) -> tuple[Cursor, ...]:
        """Return how far each granted scope is; a scope without rows has seq 0."""

    def granted(self) -> tuple[str, ...]:
        """Return the scopes this device may hold."""

    def begin_snapshots(self, manifests: Sequence[Manifest]) -> None:
        """Remember what first syncs of scopes will bring, so that they can go on after a stop."""

    def unfinished(self) -> tuple[Unfinished, ...]:
        """Return the first syncs under way."""

    def pack(self, taken: Taken) -> Packed:
        """Make rows of a first sync ready to be stored; touches no file, may run on any thread."""

    def take_snapshot(self, parts: Sequence[Part]) -> Stored:
        """Store these parts in order, and that their patients are done.

        At least one; the others as long as nobody's own entry waits.
        """

    def end_snapshots(self, scopes: Sequence[str]) -> None:
        """Set these scopes' cursors to their manifests' once every phase is in."""

    def take_tail(self, taken: Taken, before: Cursor, after: Cursor) -> Changed:
        """Store whole commits and move the cursor from `before` to `after` in one transaction.

        Raises SyncHoleError when the stored cursor is not `before`.
        """

    def digest(self, scope: str) -> bytes:
        """Return the digest over this device's own rows of a scope, kept as they were stored."""

    def recomputed_digest(self, scope: str) -> bytes:
        """Return the digest made anew from the stored rows."""

    def note_contact(self, server_ms: int) -> None:
        """Remember that the server is heard of now and what its clock says.

        What is on disk of it may be a minute older, never newer.
        """

    def purge(self, server_ms: int) -> None:
        """Delete some of the operations that the server acknowledged long enough ago.

        `server_ms` is the server's clock (UTC ms).
        """

    def last_contact(self) -> tuple[int, int] | None:
        """Return when the server was last heard of, by this PC's clock and by its own (UTC ms)."""

    def waiting(self) -> Waiting:
        """Return what has not reached the server."""


class SyncState(StrEnum):
    """The one state that the pill shows."""

    STARTING = "starting"
    UP_TO_DATE = "up_to_date"
    SENDING = "sending"
    CATCHING_UP = "catching_up"
    FIRST_SYNC = "first_sync"
    RECONCILING = "reconciling"
    """The server was put back to an earlier state: both find out how far they agree."""
    OFFLINE = "offline"
    """Not exchanging for now; `problem` says why where the server did answer."""
    BLOCKED = "blocked"
    """The server cannot be used as it answers; `problem` says what to do."""


class SyncStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the pill, the strip and the panel show. Times are UTC ms by this PC's clock.

    `done` of `total` counts what the state is about: operations sent, or rows of a first sync.
    `clock_error_ms` is how far this PC's clock is ahead of the server's. `given_back` counts the
    operations sent again since this program began, because the server had lost its newest entries;
    None if it has not. `incarnation` is the one that this PC took since then, because its disk had
    been copied or put back; None if it was not. `is_removal_frozen` says that no stay leaves this
    PC until IT has looked, `is_taken_out` that the server has it out of use.
    """

    state: SyncState
    waiting: Waiting
    last_contact_ms: int | None = None
    offline_since_ms: int | None = None
    done: int = 0
    total: int = 0
    problem: str = ""
    clock_error_ms: int | None = None
    next_try_ms: int | None = None
    given_back: int | None = None
    incarnation: int | None = None
    is_removal_frozen: bool = False
    is_taken_out: bool = False


def is_in_contact(status: SyncStatus | None) -> bool:
    """Return whether the server answered when it was last asked."""
    apart = (SyncState.STARTING, SyncState.OFFLINE, SyncState.BLOCKED)
    return status is not None and status.state not in apart
