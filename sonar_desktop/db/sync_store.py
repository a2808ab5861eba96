"""The encrypted store as the exchange with the server knows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, insert, select

from sonar_core.sync.anchors import Countersigned
from sonar_core.sync.grants import CopyState, is_reference
from sonar_core.sync.keeping import Clocks
from sonar_core.sync.messages import (
    BeginAnew,
    BegunAnew,
    Cursor,
    Manifest,
    Phase,
    Receipt,
)
from sonar_core.sync.operations import Sign
from sonar_core.sync.rows import add, provenance_of, subtract
from sonar_desktop.db import (
    acknowledged,
    anchors,
    departing,
    effects,
    first_sync,
    grants,
    incarnation,
    reconciling,
    removing,
    retiring,
    schema,
    withdrawing,
)
from sonar_desktop.db.cursors import cursor_at, digest_at, keep, keep_places
from sonar_desktop.db.database import Database, InFlight
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.errors import SyncHoleError
from sonar_desktop.db.healing import digest_of_rows
from sonar_desktop.db.healing_store import ClientHealingStore
from sonar_desktop.db.identity import must_be_enrolled, see_stamp
from sonar_desktop.db.ingest import Arrived, settle_effects, take_packed
from sonar_desktop.db.outbox import next_batch, waiting
from sonar_desktop.db.packed import pack
from sonar_desktop.db.position import standpoint
from sonar_desktop.db.projections import BoardRow, on_board, rebuild, update_projections
from sonar_desktop.db.restanding import restand
from sonar_desktop.db.store import changed
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.healing_ports import HealingStore
from sonar_desktop.usecases.ports import Changed, Clock
from sonar_desktop.usecases.sync_ports import (
    Compared,
    Departed,
    GoneBack,
    Outgoing,
    Packed,
    Part,
    Places,
    Position,
    Resumption,
    Stored,
    Taken,
    Unfinished,
    Waiting,
)

_CONTACT_MS: Final = 60_000
"""How old the contact on disk may be: else an fsync every five seconds would say nothing else."""
_PURGE_MS: Final = 60_000
"""How long after a look at what was acknowledged long ago the next one is."""
_SENDING_MS: Final = 60_000
"""A batch without an answer for this long is said to wait again; it is sent anew anyway."""


class ClientSyncStore:
    """Implements `SyncStore`. Each call is one transaction; writes give way to people's."""

    def __init__(
        self, database: Database, *, clock: Clock, board_row: BoardRow, sign: Sign
    ) -> None:
        """Take the open store, the function that makes board rows, and this PC's signature."""
        self._sign = sign
        self._database = database
        self._clock = clock
        self._board_row = board_row
        self._noted_ms: int | None = None
        self._purge_from_ms = 0
        self.healing: HealingStore = ClientHealingStore(database, clock=clock, board_row=board_row)

    def position(self) -> Position:
        """Return where this PC stands: all that an exchange with nothing to do has to know."""
        return self._database.seen(standpoint).at(self._clock.now_ms())

    def outgoing(self, max_operations: int, max_bytes: int, after: int = 0) -> Outgoing:
        """Return the next batch to push, of the operations numbered above `after`.

        A user action above the limits goes alone, whole.
        """

        def look(connection: Connection) -> Outgoing:
            stored = must_be_enrolled(connection)
            numbers, batch = next_batch(connection, max_operations, max_bytes, after)
            return Outgoing(
                device=stored.device,
                incarnation=stored.incarnation,
                operations=batch,
                numbers=numbers,
                is_over=bool(numbers) and numbers[0] < incarnation.first_seq(connection),
            )

        outgoing = self._database.read(look)
        # What went before is in flight still, until its receipts are kept.
        numbers = self._database.in_flight.numbers if after else frozenset()
        self._database.in_flight = InFlight(
            numbers.union(outgoing.numbers), self._clock.monotonic_ms() + _SENDING_MS
        )
        return outgoing

    def settle(
        self,
        receipts: tuple[Receipt, ...],
        durable: Mapping[str, int] | None = None,
        anchor: Countersigned | None = None,
    ) -> Changed:
        """Keep verdicts, up to where the server can lose nothing, and what it countersigned.

        An operation leaves the outbox only here.
        """
        now_ms = self._clock.now_ms()

        def work(connection: Connection) -> Changed:
            touched, restood = Touched(), Touched()
            effects.settle(connection, receipts, now_ms, touched, restood)
            withdrawing.settle(connection, touched)
            reconciling.keep_horizon(connection, durable or {})
            anchors.keep(connection, anchor)
            update_projections(connection, touched, self._board_row)
            restand(connection, restood, self._board_row)
            touched.merge(restood)
            return changed(touched, outbox=True)

        return self._database.write(Priority.SYNC, work)

    def cursors(self) -> tuple[Cursor, ...]:
        """Return how far each granted scope is; a scope without rows has seq 0."""

        def look(connection: Connection) -> tuple[Cursor, ...]:
            scopes = must_be_enrolled(connection).scopes
            return tuple(cursor_at(connection, scope) for scope in scopes)

        return self._database.read(look)

    def granted(self) -> tuple[str, ...]:
        """Return the scopes this device may hold."""
        return self._database.read(lambda connection: must_be_enrolled(connection).scopes)

    def begin_snapshots(self, manifests: Sequence[Manifest]) -> None:
        """Remember what first syncs of scopes will bring, so that they can go on after a stop."""

        def work(connection: Connection) -> None:
            for manifest in manifests:
                first_sync.begin(connection, manifest)

        self._database.write(Priority.SYNC, work)

    def unfinished(self) -> tuple[Unfinished, ...]:
        """Return the first syncs under way."""
        return self._database.read(first_sync.unfinished)

    def pack(self, taken: Taken) -> Packed:
        """Make rows of a first sync ready to be stored; touches no file, may run on any thread."""
        return pack(taken)

    def take_snapshot(self, parts: Sequence[Part]) -> Stored:
        """Store these parts in order, and that their patients are done; return how many it took.

        One commit for several is half the pages written. A person's own entry waits for one part
        at most. A patient's board rows are made when all that they need is in.
        """

        def work(connection: Connection) -> Stored:
            touched, settled = Touched(in_bulk=True), Touched()
            count, done = 0, {phase: set[str]() for phase in Phase}
            for (scope, phase), some in groupby(self._until_a_person_waits(parts), key=_where):
                arrived, patients = Arrived(), 0
                for part in some:
                    came = take_packed(connection, part.packed, touched)
                    arrived.rows += came.rows
                    arrived.hashes += came.hashes
                    patients += part.patients
                    count += 1
                self._account(connection, cursor_at(connection, scope), arrived, settled)
                rows = len(arrived.rows)
                done[phase].update(first_sync.advance(connection, scope, phase, patients, rows))
            touched.merge(settled)
            touched.is_own = settled.is_own
            update_projections(connection, touched, None)
            shown = done[Phase.BOARD] | on_board(connection, done[Phase.WHOLE])
            rebuild(connection, shown, (), self._board_row)
            # What the server had lost may come back after the board's own records.
            restand(connection, settled, self._board_row)
            touched.patients.update(shown)
            return Stored(parts=count, changed=changed(touched))

        return self._database.write(Priority.SYNC, work)

    def end_snapshots(self, scopes: Sequence[str]) -> None:
        """Set these scopes' cursors to their manifests' once every phase is in.

        Raises SyncHoleError while something is missing.
        """

        def work(connection: Connection) -> None:
            for scope in scopes:
                keep(connection, first_sync.end(connection, scope), digest_at(connection, scope))
            if any(map(is_reference, scopes)):
                touched = Touched()
                grants.follow(connection, touched)
                update_projections(connection, touched, self._board_row)

        self._database.write(Priority.SYNC, work)

    def take_tail(self, taken: Taken, before: Cursor, after: Cursor) -> Changed:
        """Store whole commits and move the cursor from `before` to `after` in one transaction.

        Raises SyncHoleError when the stored cursor is not `before`.
        """

        def work(connection: Connection) -> Changed:
            held = cursor_at(connection, before.scope)
            if held != before or taken.scope != before.scope or after.scope != before.scope:
                raise SyncHoleError
            if [row.seq for row in taken.rows] != list(range(before.seq + 1, after.seq + 1)):
                raise SyncHoleError
            touched = Touched()
            came = retiring.follow(connection, taken, touched)
            self._account(connection, after, came.arrived, touched, came.left)
            keep_places(connection, (after,))
            if grants.has_word(came.arrived.rows):
                grants.follow(connection, touched)
            update_projections(connection, touched, self._board_row)
            return changed(touched)

        return self._database.write(Priority.SYNC, work)

    def let_go(self, compared: Compared) -> Departed:
        """Take off the disk some of the stays that have left and with which nothing can be lost."""
        return departing.let_go(self._database, compared, self._clock.now_ms(), self._board_row)

    def revoked(self) -> dict[str, CopyState]:
        """Return the scopes that this PC may not hold, with what becomes of their copies."""
        return self._database.read(grants.states)

    def lift(self, freezes: Sequence[int]) -> None:
        """Let stays go again that were frozen at these times (UTC ms by this PC)."""
        now_ms = self._clock.now_ms()
        self._database.write(
            Priority.SYNC, lambda connection: removing.lift(connection, freezes, now_ms)
        )

    def horizon(self) -> dict[str, int]:
        """Return up to where the server said of each scope that it can lose nothing."""
        return self._database.read(reconciling.horizon)

    def places(self) -> Places:
        """Return the places that this PC's rows lead through."""

        def look(connection: Connection) -> Places:
            stored = must_be_enrolled(connection)
            at = [cursor_at(connection, scope) for scope in stored.scopes]
            return Places(
                incarnation=stored.incarnation,
                scopes=tuple(tuple(reconciling.places(connection, one)) for one in at),
                written=incarnation.written(connection),
            )

        return self._database.read(look)

    def go_back(self, to: Resumption) -> GoneBack:
        """Stand where this PC and the server agree, and have the rest sent and fetched again."""

        def work(connection: Connection) -> GoneBack:
            known = incarnation.known_to_server(connection, to)
            before = [cursor_at(connection, cursor.scope) for cursor in to.common]
            touched = Touched()
            for cursor in to.common:
                reconciling.go_back(connection, cursor, touched)
            count = reconciling.wait_again(connection, known, to.held_seq, touched)
            update_projections(connection, touched, self._board_row)
            return GoneBack(
                operations=count,
                is_moved=count > 0 or before != list(to.common),
                is_over=known is None or incarnation.is_over(connection),
                changed=changed(touched, outbox=True),
            )

        gone = self._database.write(Priority.SYNC, work)
        self._database.in_flight = InFlight()
        return gone

    def to_begin_anew(self) -> BeginAnew:
        """Return what to ask the server for when the present incarnation is not this store's."""
        return self._database.read(incarnation.to_begin)

    def begin_anew(self, begun: BegunAnew) -> Changed:
        """Go on in a new incarnation, with everything sent again that has no last verdict."""

        def work(connection: Connection) -> Changed:
            touched = Touched()
            incarnation.begin(connection, begun, self._sign, touched)
            update_projections(connection, touched, self._board_row)
            return changed(touched, outbox=True)

        done = self._database.write(Priority.SYNC, work)
        self._database.in_flight = InFlight()
        return done

    def digest(self, scope: str) -> bytes:
        """Return the digest over this device's own rows of a scope, kept as they were stored."""
        return self._database.read(lambda connection: digest_at(connection, scope))

    def recomputed_digest(self, scope: str) -> bytes:
        """Return the digest made anew from the stored rows."""
        return self._database.read(lambda connection: digest_of_rows(connection, scope))

    def note_contact(self, server_ms: int) -> None:
        """Remember that the server is heard of now and what its clock says.

        What is on disk of it may be a minute older, never newer.
        """
        now_ms = self._clock.now_ms()
        if self._noted_ms is not None and 0 <= now_ms - self._noted_ms < _CONTACT_MS:
            return
        values = {"only_one": 1, "contact_ms": now_ms, "server_ms": server_ms}
        self._database.write(
            Priority.SYNC, lambda connection: connection.execute(_CONTACT, values).close()
        )
        self._noted_ms = now_ms

    def purge(self, server_ms: int) -> None:
        """Delete some of the operations that the server acknowledged long enough ago.

        At most once a minute; `server_ms` is the server's clock (UTC ms).
        """
        if self._clock.monotonic_ms() < self._purge_from_ms:
            return
        self._purge_from_ms = self._clock.monotonic_ms() + _PURGE_MS
        now = Clocks(server_ms, self._clock.now_ms())

        def work(connection: Connection) -> None:
            acknowledged.note_safe(connection, now)
            acknowledged.purge(connection, now)

        self._database.write(Priority.SYNC, work)

    def last_contact(self) -> tuple[int, int] | None:
        """Return when the server was last heard of, by this PC's clock and by its own (UTC ms)."""
        row = self._database.read(lambda connection: connection.execute(_LAST_CONTACT).first())
        return None if row is None else (row.contact_ms, row.server_ms)

    def waiting(self) -> Waiting:
        """Return what has not reached the server."""
        return self._database.seen(waiting)

    def _until_a_person_waits(self, parts: Sequence[Part]) -> Iterator[Part]:
        for count, part in enumerate(parts):
            if count and self._database.is_person_waiting():
                return
            yield part

    def _account(
        self,
        connection: Connection,
        after: Cursor,
        arrived: Arrived,
        touched: Touched,
        left: Sequence[bytes] = (),
    ) -> None:
        """Keep cursor and digest of a scope with these rows, and what they settle of our own."""
        settle_effects(connection, arrived, touched)
        digest = add(digest_at(connection, after.scope), arrived.hashes)
        keep(connection, after, subtract(digest, left))
        if arrived.rows:
            stamp = provenance_of(arrived.rows[-1].provenance).hlc
            see_stamp(connection, stamp, self._clock.now_ms())


def _where(part: Part) -> tuple[str, Phase]:
    return part.packed.taken.scope, part.phase


_LAST_CONTACT: Final = select(schema.contact.c.contact_ms, schema.contact.c.server_ms)
_CONTACT: Final = insert(schema.contact).prefix_with("OR REPLACE")
