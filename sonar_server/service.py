"""The sync protocol for one authenticated device, in process; the HTTP face only carries it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus
from itertools import chain
from typing import Final

import msgspec

from sonar_core.ids import to_bytes
from sonar_core.sync import versions
from sonar_core.sync.buckets import BUCKETS, MOST_BUCKETS
from sonar_core.sync.healing import AskBuckets, AskSums, Report, Reported, Sums
from sonar_core.sync.messages import (
    MAX_FRAME_ROWS,
    MAX_PLACES,
    MAX_WRITTEN,
    BeginAnew,
    BegunAnew,
    Cursor,
    End,
    Frame,
    Head,
    Hello,
    Manifest,
    Manifests,
    Phase,
    Pull,
    Push,
    PushAnswer,
    Reconcile,
    Reconciled,
    Snapshot,
    SnapshotFrame,
    SnapshotPart,
    SnapshotStart,
    TailFrame,
    Watch,
)
from sonar_core.sync.rows import Row
from sonar_core.sync.versions import newest_schema
from sonar_server import copies, freezes, push, rebirth
from sonar_server.central import Central
from sonar_server.errors import (
    RefusedError,
    bad_request,
    require_protocol,
    require_push_protocol,
)
from sonar_server.keys import DeviceKey
from sonar_server.noticeboard import Watcher
from sonar_server.scopes import ScopeKey
from sonar_server.store import buckets, incarnations, log, operations, reach, snapshot
from sonar_server.store.database import Transaction
from sonar_server.store.log import Page, ScopeHead
from sonar_server.store.operations import Author
from sonar_server.store.places import Device

MAX_FRAME_BYTES: Final = 1024 * 1024
"""A frame ends at the next commit or patient after so many bytes of bodies."""
PATIENTS_AT_ONCE: Final = 120


def hello(central: Central) -> Hello:
    """Return what anyone may know of this server."""
    return Hello(
        protocol_min=versions.SPOKEN.oldest,
        protocol_max=versions.SPOKEN.newest,
        push_protocol_min=versions.SPOKEN.oldest_push,
        schema_v=newest_schema(),
        server_id=central.organisation.server_id,
        server_ms=central.now_ms(),
    )


class DeviceService:
    """A SyncPort (sonar_core.sync.port) for one device."""

    def __init__(self, central: Central, device: Device) -> None:
        """Take the server and the device that the caller has authenticated."""
        self._central = central
        self._territory = central.territory(device)
        self._author = Author(
            site_id=to_bytes(device.site), device=to_bytes(device.id), incarnation=0
        )
        self._device = device
        self._key = DeviceKey(device.sign_public)
        self._readable = reach.of_scopes(central.database, self._territory.read())

    def hello(self) -> Hello:
        """Return versions, limits and the server's clock."""
        return hello(self._central)

    def push(self, push_: Push) -> PushAnswer:
        """Decide a batch and return its receipts, after the commit."""
        require_push_protocol(push_.protocol)
        with self._central.lanes.entered(self._territory.site):
            taken = push.take(
                self._central.database,
                self._territory,
                push_,
                verify=self._key.verify,
                keys=self._central.keys,
                now_ms=self._central.now_ms(),
            )
        self._central.meter.pushed(taken.judged)
        return taken.answer

    def pull(self, pull: Pull) -> Iterator[Frame]:
        """Yield what came after each cursor, whole commits at a time, then an End.

        Raises RefusedError before the first frame: for a scope not this device's, and for a
        cursor that this server's log does not know (`cursor_unknown`).
        """
        require_protocol(pull.protocol)
        targets, last = self._checked(pull)
        for cursor, head in targets:
            yield from self._tail(cursor, head)
        end = msgspec.structs.replace(self._end([head for _, head in targets]), op_seq=last)
        self._central.meter.pulled(self._territory.device, end.heads, end.server_ms)
        yield end

    def snapshot_start(self, start: SnapshotStart) -> Manifests:
        """Return what scopes hold, most acute patients first, and where their tails begin."""
        require_protocol(start.protocol)
        keys = {self._territory.readable(scope): scope for scope in start.scopes}
        if len(keys) != len(start.scopes):
            raise bad_request("a scope is asked for twice")

        def look(transaction: Transaction) -> Manifests:
            heads = log.heads(transaction, keys)
            held = snapshot.holdings(transaction, list(keys))
            return Manifests(
                manifests=tuple(
                    Manifest(
                        cursor=_cursor(scope, heads[key]),
                        unattached=held[key][0],
                        holdings=tuple(held[key][1]),
                        places=tuple(
                            _cursor(scope, place)
                            for place in log.places_before(transaction, heads[key])
                        ),
                    )
                    for key, scope in keys.items()
                )
            )

        return self._readable.run(look)

    def snapshot(self, request: Snapshot) -> Iterator[Frame]:
        """Yield the rows of the parts asked for, in their order, then an End."""
        require_protocol(request.protocol)
        keys = [self._territory.readable(part.scope) for part in request.parts]
        if any(len(set(part.patients)) != len(part.patients) for part in request.parts):
            raise bad_request("a patient is asked for twice")
        for number, (key, part) in enumerate(zip(keys, request.parts, strict=True)):
            for frame in self._part(key, part):
                yield msgspec.structs.replace(frame, part=number)
        yield self._end([self._head(key) for key in dict.fromkeys(keys)])

    def reconcile(self, reconcile: Reconcile) -> Reconciled:
        """Return how far the server's logs and its copy of the device's chain still agree."""
        require_protocol(reconcile.protocol)
        if len(reconcile.places) > MAX_PLACES or len(reconcile.written) > MAX_WRITTEN:
            raise bad_request(
                f"at most {MAX_PLACES} places and {MAX_WRITTEN} operations are looked up at once"
            )
        asked: dict[ScopeKey, list[Cursor]] = {}
        for place in reconcile.places:
            # Also of a revoked scope: places are no rows, and the others are to be found.
            asked.setdefault(self._territory.own(place.scope), []).append(place)
        author = replace(self._author, incarnation=reconcile.incarnation)

        def look(transaction: Transaction) -> Reconciled:
            heads = log.heads(transaction, asked)
            end = operations.chain_end(transaction, author)
            return Reconciled(
                common=tuple(
                    _cursor(self._wire(key), log.last_known(transaction, heads[key], places))
                    for key, places in asked.items()
                ),
                op_seq=end.seq,
                header_hash=end.hash,
                server_ms=self._central.now_ms(),
                held_seq=incarnations.last_held(transaction, author, reconcile.written),
            )

        return self._central.database.run(look)

    def watcher(self, watch: Watch) -> Watcher:
        """Return the device as one who waits to be told where its scopes stand."""
        require_protocol(watch.protocol)
        return Watcher(
            device=self._territory.device,
            names={self._territory.readable(name): name for name in self._territory.pulled()},
            told={hint.scope: (hint.epoch, hint.seq) for hint in watch.known},
        )

    def begin_anew(self, asked: BeginAnew) -> BegunAnew:
        """Give the device an incarnation of its own, and keep an incident of it."""
        require_protocol(asked.protocol)
        return rebirth.begin_anew(self._central, self._device, asked)

    def bucket_sums(self, asked: AskSums) -> Sums:
        """Return what the rows of a scope add up to, bucket by bucket, up to a place of its log."""
        require_protocol(asked.protocol)
        cursor, head = self._placed(asked)
        sums = self._readable.run(
            lambda transaction: buckets.sums(transaction, head.key, cursor.seq)
        )
        return Sums(sums=sums, server_ms=self._central.now_ms())

    def bucket_rows(self, asked: AskBuckets) -> Iterator[Frame]:
        """Yield the rows of some buckets up to a place, in the order of the log, then an End."""
        require_protocol(asked.protocol)
        wanted = set(asked.buckets)
        if len(asked.buckets) > MOST_BUCKETS or not wanted <= set(range(BUCKETS)):
            raise bad_request(f"at most {MOST_BUCKETS} buckets of {BUCKETS} are sent at once")
        cursor, head = self._placed(asked)
        seq = 0
        while rows := self._bucket_after(head.key, wanted, seq, cursor.seq):
            yield from _patient_frames([rows])
            seq = rows[-1].seq
        yield self._end([self._head(head.key)])

    def report(self, report: Report) -> Reported:
        """Keep what became of copies that differed, and what stopped a device's removal."""
        require_protocol(report.protocol)
        for told in report.incidents:
            self._territory.own(told.scope)
        copies.keep(self._central, self._territory, report.incidents)
        lifted = freezes.keep(self._central, self._device, report.freezes)
        held = copies.held(self._central, self._territory, report.lost)
        return Reported(server_ms=self._central.now_ms(), lifted=lifted, held=held)

    def _head(self, key: ScopeKey) -> ScopeHead:
        run = self._central.database.run
        return run(lambda transaction: log.heads(transaction, [key]))[key]

    def _checked(self, pull: Pull) -> tuple[list[tuple[Cursor, ScopeHead]], int]:
        """Return each cursor with where its scope stands, once it is found in the scope's log.

        And the last operation that is here of the device's incarnation.
        """
        keyed = [(cursor, self._territory.readable(cursor.scope)) for cursor in pull.cursors]
        author = replace(self._author, incarnation=pull.incarnation)

        def look(transaction: Transaction) -> tuple[list[tuple[Cursor, ScopeHead, bool]], int]:
            heads = log.heads(transaction, [key for _, key in keyed])
            places = [
                (
                    cursor,
                    heads[key],
                    # Most pulls fetch nothing: their cursors are the heads themselves.
                    cursor == _cursor(cursor.scope, heads[key])
                    or log.is_in_log(transaction, key, cursor.commit_no, cursor.seq, cursor.chain),
                )
                for cursor, key in keyed
            ]
            return places, operations.chain_end(transaction, author).seq

        found, last = self._central.database.run(look)
        if not all(is_known and cursor.epoch == head.epoch for cursor, head, is_known in found):
            raise RefusedError(
                HTTPStatus.CONFLICT, "cursor_unknown", "the cursor is not in this server's log"
            )
        return [(cursor, head) for cursor, head, _ in found], last

    def _placed(self, asked: AskSums | AskBuckets) -> tuple[Cursor, ScopeHead]:
        (found,), _ = self._checked(Pull(protocol=asked.protocol, cursors=(asked.cursor,)))
        return found

    def _tail(self, cursor: Cursor, head: ScopeHead) -> Iterator[Frame]:
        commit_no, seq = cursor.commit_no, cursor.seq
        while commit_no < head.commit_no:
            page = self._page(head, commit_no, seq)
            yield from _tail_frames(cursor.scope, head.epoch, seq, page)
            commit_no, seq, _ = page.commits[-1]

    def _page(self, head: ScopeHead, commit_no: int, seq: int) -> Page:
        return self._readable.run(
            lambda transaction: log.page_after(
                transaction, head.key, commit_no, seq, head.commit_no
            )
        )

    def _part(self, key: ScopeKey, part: SnapshotPart) -> Iterator[SnapshotFrame]:
        if part.phase is Phase.UNATTACHED:
            return self._unattached(key)
        return self._of_patients(key, part.phase, part.patients)

    def _unattached(self, key: ScopeKey) -> Iterator[SnapshotFrame]:
        seq = 0
        while rows := self._unattached_after(key, seq):
            for start in range(0, len(rows), MAX_FRAME_ROWS):
                yield SnapshotFrame(rows=rows[start : start + MAX_FRAME_ROWS], patients=0)
            seq = rows[-1].seq

    def _bucket_after(self, key: ScopeKey, wanted: set[int], seq: int, until: int) -> list[Row]:
        run = self._readable.run
        return run(lambda transaction: buckets.rows_after(transaction, key, wanted, seq, until))

    def _unattached_after(self, key: ScopeKey, seq: int) -> list[Row]:
        run = self._readable.run
        return run(lambda transaction: snapshot.unattached_after(transaction, key, seq))

    def _of_patients(
        self, key: ScopeKey, phase: Phase, patients: Sequence[bytes]
    ) -> Iterator[SnapshotFrame]:
        groups = (
            self._rows_of(key, phase, patients[start : start + PATIENTS_AT_ONCE]).values()
            for start in range(0, len(patients), PATIENTS_AT_ONCE)
        )
        return _patient_frames(chain.from_iterable(groups))

    def _rows_of(
        self, key: ScopeKey, phase: Phase, patients: Sequence[bytes]
    ) -> dict[bytes, list[Row]]:
        run = self._readable.run
        return run(lambda transaction: snapshot.of_patients(transaction, key, phase, patients))

    def _end(self, heads: list[ScopeHead]) -> End:
        return End(
            heads=tuple(
                Head(
                    scope=self._wire(head.key),
                    epoch=head.epoch,
                    seq=head.seq,
                    commit_no=head.commit_no,
                    chain=head.chain,
                    digest=head.digest,
                )
                for head in heads
            ),
            server_ms=self._central.now_ms(),
        )

    def _wire(self, key: ScopeKey) -> str:
        return self._territory.wire_of(key)


def _cursor(scope: str, head: ScopeHead) -> Cursor:
    return Cursor(
        scope=scope, epoch=head.epoch, seq=head.seq, commit_no=head.commit_no, chain=head.chain
    )


def _tail_frames(scope: str, epoch: int, seq: int, page: Page) -> Iterator[TailFrame]:
    """Cut a page at the ends of commits: 500 rows and 1 MiB unless one commit is larger."""
    begin = at = size = 0
    cut: tuple[int, int, bytes] | None = None
    for commit in page.commits:
        end = commit[1] - seq
        weight = sum(len(row.body) + len(row.provenance) for row in page.rows[at:end])
        if cut is not None and (end - begin > MAX_FRAME_ROWS or size + weight > MAX_FRAME_BYTES):
            yield _tail_frame(scope, epoch, page.rows[begin:at], cut)
            begin, size = at, 0
        at, cut, size = end, commit, size + weight
    if cut is not None:
        yield _tail_frame(scope, epoch, page.rows[begin:at], cut)


def _tail_frame(
    scope: str, epoch: int, rows: list[Row], commit: tuple[int, int, bytes]
) -> TailFrame:
    number, last, link = commit
    cursor = Cursor(scope=scope, epoch=epoch, seq=last, commit_no=number, chain=link)
    return TailFrame(rows=rows, cursor=cursor)


def _patient_frames(of_patients: Iterable[list[Row]]) -> Iterator[SnapshotFrame]:
    """Cut patients' rows into frames; a frame tells how many patients end in it.

    Each frame is a commit on the PC: they are as full as they may be.
    """
    rows: list[Row] = []
    done = size = 0
    for patient in of_patients:
        heavy = sum([len(row.body) + len(row.provenance) for row in patient])
        if len(rows) + len(patient) <= MAX_FRAME_ROWS and size + heavy <= MAX_FRAME_BYTES:
            rows += patient
            size += heavy
            done += 1
            continue
        for row in patient:
            weight = len(row.body) + len(row.provenance)
            if len(rows) == MAX_FRAME_ROWS or (rows and size + weight > MAX_FRAME_BYTES):
                yield SnapshotFrame(rows=rows, patients=done)
                rows, done, size = [], 0, 0
            rows.append(row)
            size += weight
        done += 1
    if rows or done:
        yield SnapshotFrame(rows=rows, patients=done)
