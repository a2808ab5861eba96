"""One exchange with the server: send what waits, fetch what is new, compare.

The order never matters for correctness: each step is one transaction of the store, may be repeated,
and is taken up again after a stop wherever it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from sonar_core.sync.grants import is_reference
from sonar_core.sync.intake import agrees
from sonar_core.sync.messages import (
    PROTOCOL,
    Cursor,
    End,
    Head,
    Hello,
    Manifest,
    Pull,
    Push,
    PushAnswer,
    Reconcile,
    SnapshotStart,
)
from sonar_core.sync.port import SyncPort
from sonar_core.sync.rows import FIRST_CHAIN
from sonar_core.sync.versions import terms_with
from sonar_desktop.sync.agreement import last_agreed
from sonar_desktop.sync.ahead import ahead, each_ahead
from sonar_desktop.sync.asking import asked
from sonar_desktop.sync.errors import DivergedError, OldProtocolError, RefusedError, RubbishError
from sonar_desktop.sync.healing import Healing
from sonar_desktop.sync.leaving import held_after_all, let_go, tell_frozen
from sonar_desktop.sync.portions import portions
from sonar_desktop.sync.tail import checked_tail, tail_ahead
from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.sync_ports import (
    Compared,
    Outgoing,
    Position,
    SyncState,
    SyncStore,
    Taken,
    Unfinished,
    begun_with,
)

_ROWS_A_REPORT: Final = 2_000
_FELL_BACK: Final = "horizon_fell"
_OTHER_EPOCH: Final = "other_epoch"
_LOST: Final = frozenset(
    {"cursor_unknown", "operations_missing", "incarnation_unknown", _FELL_BACK, _OTHER_EPOCH}
)
"""Refusals of a server, or by what it answered, that lacks what this PC knows it had."""
_FORKED: Final = "device_forked"
"""The refusal of a server that holds others' operations under this PC's numbers."""
_REVOKED: Final = frozenset({"scope_revoked"})

Report = Callable[[SyncState, int, int], None]
"""Called with the state and how many of how many are done."""


@dataclass(kw_only=True)
class Exchange:
    """The steps of one exchange. `changed` is told of each thing stored, as it is stored.

    `hello` is what the server said when it was greeted last; without it, it is greeted first.
    """

    port: SyncPort
    store: SyncStore
    report: Report
    changed: Callable[[Changed], None]
    hello: Hello | None = None
    given_back: int | None = None
    """How many operations were sent again because the server had lost some, None if it had not."""
    incarnation: int | None = None
    """The new incarnation, if this PC took one because its disk was copied or put back."""
    _heads: dict[str, Head] = field(default_factory=dict)

    @property
    def reached(self) -> dict[str, tuple[int, int]]:
        """Epoch and number of the last row of each scope that was pulled to its end."""
        return {scope: (head.epoch, head.seq) for scope, head in self._heads.items()}

    def run(self) -> None:
        """Send, fetch and compare until both sides agree.

        Raises ExchangeError for whatever stops it; everything done until then is kept.
        """
        if self.hello is None:
            self.hello = self.port.hello()
        remedies = {
            self.reconcile: _LOST,
            self.begin_anew: {_FORKED},
            self.learn_grants: _REVOKED,
        }
        # A remedy is itself a step that may meet what another one is for.
        next_step: Callable[[], None] | None = None
        while True:
            try:
                if next_step is not None:
                    next_step()
                self._exchange(self.hello)
            except RefusedError as error:
                next_step = next(
                    (one for one, codes in remedies.items() if error.code in codes), None
                )
                if next_step is None:
                    raise
                del remedies[next_step]
                if next_step == self.reconcile:
                    # A word that could not be read for what the server lost is asked for again.
                    remedies[self.learn_grants] = _REVOKED
            else:
                return

    def reconcile(self) -> None:
        """Find how far this PC and the server still agree, and go back to there.

        What follows waits to be sent and fetched again. Where the server has lost the word that
        revoked a scope, this PC holds it again: that one goes back too.
        """
        self.report(SyncState.RECONCILING, 0, 0)
        is_over, asked = False, frozenset[str]()
        while not asked.issuperset(held := frozenset(self.store.granted())):
            is_over, asked = self._go_back(), held
        if is_over:
            self.begin_anew()

    def _go_back(self) -> bool:
        """Go back in the scopes held now; return whether this PC's incarnation is over."""
        gone = self.store.go_back(last_agreed(self.port, self.store.places()))
        self.changed(gone.changed)
        if gone.is_moved:
            self.given_back = (self.given_back or 0) + gone.operations
        return gone.is_over

    def begin_anew(self) -> None:
        """Go on in an incarnation of its own: another store writes under this PC's numbers.

        Either this one was copied, or it was put back to an earlier state of itself.
        """
        asked = self.store.to_begin_anew()
        begun = self.port.begin_anew(asked)
        is_for_this = (begun.device, begun.parent, begun.first_seq) == (
            asked.device,
            asked.incarnation,
            asked.first_seq,
        )
        if not is_for_this or begun.incarnation <= asked.incarnation:
            raise RubbishError("strange_incarnation")
        self.changed(self.store.begin_anew(begun))
        self.incarnation = begun.incarnation

    def learn_grants(self) -> None:
        """Fetch the reference scope alone: its words say which other scope was revoked."""
        at = self.store.position()
        if at.is_fetching:
            self.fetch_first({one.scope for one in at.cursors if is_reference(one.scope)})
            at = self.store.position()
        reference = tuple(one for one in at.cursors if is_reference(one.scope))
        self.pull(msgspec.structs.replace(at, cursors=reference))

    def _require_same_epoch(self, items: Sequence[Unfinished]) -> None:
        """Raise RefusedError when the server was put back since these first syncs began.

        What came since would not go together with what came before.
        """
        beginnings = tuple(
            Cursor(scope=item.scope, epoch=item.epoch, seq=0, commit_no=0, chain=FIRST_CHAIN)
            for item in items
        )
        if beginnings:
            question = Reconcile(protocol=PROTOCOL, incarnation=0, places=beginnings)
            if self.port.reconcile(question).common != beginnings:
                raise RefusedError(_OTHER_EPOCH)

    def _exchange(self, hello: Hello) -> None:
        at = self.store.position()
        if at.waiting.operations or at.waiting.held_back:
            self.push(hello.max_operations, hello.max_push_bytes)
        if not terms_with(hello).can_fetch:
            raise OldProtocolError(is_sending=True)
        if at.is_fetching:
            self.fetch_first({cursor.scope for cursor in at.cursors})
            at = msgspec.structs.replace(self.store.position(), awaited=at.awaited)
        server_ms = self.pull(at)
        if at.may_let_go:
            self.let_go(at, hello.max_operations, hello.max_push_bytes)
        self.store.note_contact(server_ms)
        self.store.purge(server_ms)

    def push(self, max_operations: int, max_bytes: int) -> None:
        """Send the outbox in the order written; each batch leaves it by its receipts alone.

        While the server judges one batch, the receipts of the one before are kept.
        """
        waiting = self.store.waiting()
        sent = sent_to = 0
        while (batch := self.store.outgoing(max_operations, max_bytes)).operations:
            if batch.is_over:
                raise RefusedError(_FORKED)
            if batch.numbers[0] <= sent_to:
                raise RubbishError("no_receipts")
            self._tell_sent(waiting.entries)
            answers = self._answers(batch, max_operations, max_bytes)
            if waiting.operations - sent > len(batch.operations):
                answers = each_ahead(answers)
            for numbers, answer in answers:
                self._keep(answer, numbers)
                sent, sent_to = sent + len(numbers), numbers[-1]
                self._tell_sent(waiting.entries)
        if waiting.held_back and not sent:
            # What was held back may have been taken since: a push of nothing asks for the news.
            self._keep(self._sent(batch))

    def _tell_sent(self, total: int) -> None:
        """Say how many of the entries that people made are sent; the access log is not counted."""
        left = min(self.store.waiting().entries, total)
        self.report(SyncState.SENDING, total - left, total)

    def _keep(self, answer: PushAnswer, numbers: tuple[int, ...] = ()) -> None:
        """Keep the receipts of a batch; raise RefusedError when the server lost what was safe."""
        safe = self.store.horizon() if answer.durable_seq else {}
        *before, last = portions(answer.receipts, numbers)
        for some in before:
            self.changed(self.store.settle(some))
        self.changed(self.store.settle(last, answer.durable_seq, answer.anchor or None))
        if any(seq < safe.get(scope, 0) for scope, seq in answer.durable_seq.items()):
            raise RefusedError(_FELL_BACK)

    def _answers(
        self, batch: Outgoing, max_operations: int, max_bytes: int
    ) -> Iterator[tuple[tuple[int, ...], PushAnswer]]:
        """Send batch after batch; yield the numbers and the receipts of each.

        Ends at an answer with news, which is to be kept first: the server forgets news when it is
        sent something newer than the answer that told of it. So does an answer that lacks receipts.
        """
        while batch.operations:
            answer = self._sent(batch)
            yield batch.numbers, answer
            if sorted(receipt.op_seq for receipt in answer.receipts) != list(batch.numbers):
                return
            batch = self.store.outgoing(max_operations, max_bytes, batch.numbers[-1])

    def fetch_first(self, scopes: set[str]) -> None:
        """Fetch those of these scopes that this PC has nothing of yet.

        Worst and newest people first.
        """
        begun = [item for item in self.store.unfinished() if item.scope in scopes]
        self._require_same_epoch(begun)
        under_way = {item.scope for item in begun}
        wanted = tuple(
            cursor.scope
            for cursor in self.store.cursors()
            if cursor.seq == 0 and cursor.commit_no == 0 and cursor.scope in scopes - under_way
        )
        manifests = self._manifests(wanted) if wanted else ()
        items = [*begun, *map(begun_with, manifests)]
        if items:
            self._fetch(items, manifests)
            self.store.end_snapshots([item.scope for item in items])

    def _manifests(self, wanted: tuple[str, ...]) -> tuple[Manifest, ...]:
        start = SnapshotStart(protocol=PROTOCOL, scopes=wanted)
        manifests = self.port.snapshot_start(start).manifests
        if tuple(manifest.cursor.scope for manifest in manifests) != wanted:
            raise RubbishError("not_all_sent")
        return manifests

    def pull(self, at: Position) -> int:
        """Fetch what came after each cursor, then compare digests at equal positions.

        Returns the server's clock (UTC ms) at the end of its answer.
        """
        cursors = {cursor.scope: cursor for cursor in at.cursors}
        request = Pull(protocol=PROTOCOL, cursors=at.cursors, incarnation=at.incarnation)
        server_ms = op_seq = 0
        for frame, hashes in tail_ahead(checked_tail(self.port.pull(request), dict(cursors))):
            if isinstance(frame, End):
                self._heads.update({head.scope: head for head in frame.heads})
                server_ms, op_seq = frame.server_ms, frame.op_seq
                continue
            after = frame.cursor
            taken = Taken(scope=after.scope, rows=frame.rows, hashes=hashes)
            self.changed(self.store.take_tail(taken, cursors[after.scope], after))
            cursors[after.scope] = after
        digests = at.digests
        if any(cursors[cursor.scope] != cursor for cursor in at.cursors):
            digests = self.store.position().digests
            # A word among the rows may have revoked a scope that was still being sent.
            cursors = {scope: place for scope, place in cursors.items() if scope in digests}
        unlike = self._unlike(cursors, digests)
        if op_seq > at.last_seq and op_seq > self.store.position().last_seq:
            raise RefusedError(_FORKED)
        if any(number > op_seq for number in at.awaited):
            raise RefusedError(_FELL_BACK)
        if unlike or at.suspicions or at.has_untold:
            healing = Healing(port=self.port, store=self.store.healing, changed=self.changed)
            healing.run(cursors, self._heads, unlike, at.suspicions)
        return server_ms

    def _unlike(self, cursors: dict[str, Cursor], digests: dict[str, bytes]) -> set[str]:
        """Return the scopes whose rows here are not the server's at the same place."""
        unlike = set()
        for scope, cursor in cursors.items():
            head = self._heads.get(scope)
            is_same = None if head is None else agrees(cursor, digests[scope], head)
            if head is None or is_same is None:
                raise RubbishError("not_all_sent")
            if cursor.chain != head.chain:
                raise DivergedError(scope)
            if not is_same:
                unlike.add(scope)
        return unlike

    def let_go(self, at: Position, max_operations: int, max_bytes: int) -> None:
        """Have stays that are over leave this PC, at the place that was compared just now."""
        agreed = {scope: head.seq for scope, head in self._heads.items()}

        def ask() -> None:
            self._keep(self._sent(self.store.outgoing(max_operations, max_bytes)))

        held = held_after_all(self.store.healing, self.port) if at.has_lost else frozenset[str]()
        freezes = let_go(self.store, Compared(agreed, at.awaited, held), ask, self.changed)
        if freezes:
            tell_frozen(self.store, self.port, freezes)

    def _sent(self, batch: Outgoing) -> PushAnswer:
        return self.port.push(
            Push(
                protocol=PROTOCOL,
                device=batch.device,
                incarnation=batch.incarnation,
                operations=batch.operations,
            )
        )

    def _fetch(self, items: Sequence[Unfinished], new: Sequence[Manifest]) -> None:
        """Store what the first syncs lack as it comes, what is ready together in one commit.

        The first rows are asked for while the beginning of the new ones is written.
        """
        total = sum(item.total_rows for item in items)
        done = told = sum(item.done_rows for item in items)
        self.report(SyncState.FIRST_SYNC, done, total)
        with ahead(asked(self.port, self.store, items)) as lists:
            if new:
                self.store.begin_snapshots(new)
            for ready in lists:
                parts = ready
                while parts:
                    stored = self.store.take_snapshot(parts)
                    self.changed(stored.changed)
                    done += sum(len(part.packed.taken.rows) for part in parts[: stored.parts])
                    parts = parts[stored.parts :]
                if done >= told + _ROWS_A_REPORT:
                    told = min(done, total)
                    self.report(SyncState.FIRST_SYNC, told, total)
