"""What the exchange believes of the server's answers; the journeys hold it to a real server."""

from __future__ import annotations

import threading
from types import MappingProxyType

import msgspec
import pytest

from sonar_core.sync.messages import (
    PROTOCOL,
    Cursor,
    End,
    Head,
    Hello,
    Manifest,
    Manifests,
    OwnPlace,
    PushAnswer,
    Receipt,
    Reconcile,
    Reconciled,
    TailFrame,
    Verdict,
)
from sonar_core.sync.operations import Operation
from sonar_core.sync.rows import EMPTY_DIGEST, FIRST_CHAIN
from sonar_desktop.db.errors import StoreBusyError
from sonar_desktop.sync.errors import OldProtocolError, RefusedError, RubbishError
from sonar_desktop.sync.exchange import Exchange
from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.sync_ports import (
    GoneBack,
    Outgoing,
    Places,
    Position,
    Resumption,
    SyncState,
    Waiting,
)

AT = Cursor(scope="s/clinical", epoch=1, seq=7, commit_no=3, chain=FIRST_CHAIN)
HEAD = Head(scope="s/clinical", epoch=1, seq=7, commit_no=3, chain=FIRST_CHAIN, digest=EMPTY_DIGEST)


def taken(number: int) -> Receipt:
    return Receipt(op_id=str(number), op_seq=number, verdict=Verdict.APPLIED, version=1)


NEWS = taken(77)


class Store:
    """One scope, nothing to send, and so many entries held back."""

    def __init__(self, held_back: int = 0) -> None:
        self.held_back = held_back
        self.batches: list[tuple[int, ...]] = []
        self.settled: list[Receipt] = []

    def waiting(self) -> Waiting:
        count = sum(map(len, self.batches))
        return Waiting(operations=count, actions=count, held_back=self.held_back, oldest_ms=None)

    def outgoing(self, _most, _bytes, after=0) -> Outgoing:
        numbers = next((one for one in self.batches if one[0] > after), ())
        return Outgoing(
            device="d",
            incarnation=1,
            operations=tuple(Operation(b"%d" % number, b"p", b"s") for number in numbers),
            numbers=numbers,
        )

    def settle(self, receipts, durable=None, anchor=None) -> Changed:
        self.settled += receipts
        known = {receipt.op_seq for receipt in receipts}
        self.batches = [one for one in self.batches if not known.issuperset(one)]
        return Changed(outbox=True)

    def position(self) -> Position:
        return Position(
            waiting=self.waiting(),
            cursors=(AT,),
            digests={AT.scope: EMPTY_DIGEST},
            is_fetching=False,
        )

    def note_contact(self, server_ms) -> None:
        self.contact_ms = server_ms

    def purge(self, server_ms) -> None:
        self.purged_ms = server_ms


class Server:
    def __init__(self, *heads: Head) -> None:
        self.heads = heads
        self.pushed: list[tuple[int, ...]] = []
        self.news: tuple[Receipt, ...] = ()

    def hello(self) -> Hello:
        return Hello(protocol_min=1, protocol_max=1, schema_v=1, server_id="s", server_ms=1)

    def push(self, push):
        numbers = tuple(int(operation.header) for operation in push.operations)
        self.pushed.append(numbers)
        receipts = tuple(taken(number) for number in numbers) + self.news
        self.news = ()
        return PushAnswer(receipts=receipts, server_ms=1)

    def pull(self, _pull):
        self.threads = threading.active_count()
        yield End(heads=self.heads, server_ms=77)


def exchange_of(store, server) -> Exchange:
    return Exchange(port=server, store=store, report=lambda *_: None, changed=lambda _: None)


def test_what_was_held_back_is_asked_about_when_there_is_nothing_to_send():
    store, server = Store(held_back=1), Server()
    server.news = (NEWS,)
    exchange_of(store, server).push(500, 1 << 20)
    assert server.pushed == [()]
    assert store.settled == [NEWS]


def test_without_anything_held_back_nothing_is_asked():
    store, server = Store(), Server()
    exchange_of(store, server).push(500, 1 << 20)
    assert server.pushed == []


def test_a_program_too_old_to_fetch_still_sends_what_was_entered():
    store, server = Store(), Server(HEAD)
    store.batches = [(1, 2)]
    exchange = exchange_of(store, server)
    exchange.hello = msgspec.structs.replace(
        server.hello(), protocol_min=PROTOCOL + 1, protocol_max=PROTOCOL + 3, push_protocol_min=1
    )
    with pytest.raises(OldProtocolError) as caught:
        exchange.run()
    assert "your entries are sent to the server" in caught.value.user_message
    assert server.pushed == [(1, 2)]
    assert [receipt.op_seq for receipt in store.settled] == [1, 2]


def test_an_answer_to_what_was_sent_brings_the_news_already():
    store, server = Store(held_back=1), Server()
    store.batches = [(1,)]
    exchange_of(store, server).push(500, 1 << 20)
    assert server.pushed == [(1,)]


def test_batches_are_sent_and_kept_in_the_order_written():
    store, server = Store(), Server()
    store.batches = [(1, 2), (3, 4), (5,)]
    exchange_of(store, server).push(2, 1 << 20)
    assert server.pushed == [(1, 2), (3, 4), (5,)]
    assert [receipt.op_seq for receipt in store.settled] == [1, 2, 3, 4, 5]


def test_the_next_batch_is_under_way_while_receipts_are_kept(monkeypatch):
    store, server = Store(), Server()
    store.batches = [(1, 2), (3, 4)]
    second = threading.Event()
    push = server.push

    def watched(batch):
        answer = push(batch)
        if len(server.pushed) == 2:
            second.set()
        return answer

    def settle(receipts, _durable, _anchor):
        assert second.wait(timeout=10), "the second batch waits for the first to be kept"
        return Store.settle(store, receipts)

    monkeypatch.setattr(server, "push", watched)
    monkeypatch.setattr(store, "settle", settle)
    exchange_of(store, server).push(2, 1 << 20)
    assert len(store.settled) == 4


def test_news_is_kept_before_anything_newer_is_sent(monkeypatch):
    store, server = Store(held_back=1), Server()
    store.batches = [(1, 2), (3, 4), (5, 6)]
    server.news = (NEWS,)
    order = []

    def settle(receipts, _durable, _anchor):
        order.append(list(server.pushed))
        return Store.settle(store, receipts)

    monkeypatch.setattr(store, "settle", settle)
    exchange_of(store, server).push(2, 1 << 20)
    assert order[0] == [(1, 2)]
    assert NEWS in store.settled
    assert server.pushed == [(1, 2), (3, 4), (5, 6)]


def test_receipts_that_could_not_be_kept_end_the_sending(monkeypatch):
    store, server = Store(), Server()
    store.batches = [(1, 2), (3, 4), (5, 6)]

    def settle(_receipts, _durable, _anchor):
        raise StoreBusyError

    monkeypatch.setattr(store, "settle", settle)
    before = threading.active_count()
    with pytest.raises(StoreBusyError):
        exchange_of(store, server).push(2, 1 << 20)
    assert threading.active_count() == before
    assert len(store.batches) == 3, "they are sent again"


def test_a_batch_without_receipts_is_not_sent_for_ever():
    store, server = Store(), Server()
    store.batches = [(1,), (2,)]
    server.push = lambda _push: PushAnswer(receipts=(), server_ms=1)
    with pytest.raises(RubbishError):
        exchange_of(store, server).push(1, 1 << 20)


def test_a_pull_at_the_servers_position_with_its_digest_agrees():
    store = Store()
    assert exchange_of(store, Server(HEAD)).pull(store.position()) == 77


def test_with_nothing_to_do_one_look_and_one_question_are_enough():
    store, server = Store(), Server(HEAD)
    before = threading.active_count()
    exchange_of(store, server).run()
    assert server.pushed == []
    assert server.threads == before, "no thread is made to fetch an answer of an End alone"
    assert store.contact_ms == 77


@pytest.mark.parametrize(
    "heads",
    [(), (msgspec.structs.replace(HEAD, seq=9),), (msgspec.structs.replace(HEAD, epoch=2),)],
    ids=["no word of the scope", "more than it sent", "another epoch"],
)
def test_a_pull_that_ends_before_the_servers_own_position_is_not_called_done(heads):
    with pytest.raises(RubbishError):
        exchange_of(Store(), Server(*heads)).pull(Store().position())


@pytest.mark.parametrize(
    "scopes", [(), ("other/clinical",), (AT.scope, AT.scope)], ids=["none", "another", "twice"]
)
def test_a_first_sync_begins_with_just_the_manifests_asked_for(scopes):
    store, server = Store(), Server(HEAD)
    store.unfinished = tuple
    store.cursors = lambda: (msgspec.structs.replace(AT, seq=0, commit_no=0),)
    store.begin_snapshots = pytest.fail
    cursors = [msgspec.structs.replace(AT, scope=scope) for scope in scopes]
    manifests = tuple(Manifest(cursor=one, unattached=0, holdings=()) for one in cursors)
    server.snapshot_start = lambda _start: Manifests(manifests=manifests)
    with pytest.raises(RubbishError):
        exchange_of(store, server).fetch_first({AT.scope})


def test_rows_of_a_scope_that_was_not_asked_for_are_not_taken():
    server = Server(HEAD)
    other = msgspec.structs.replace(AT, scope="other/clinical")
    server.pull = lambda _pull: iter([TailFrame(rows=[], cursor=other), End(heads=(), server_ms=1)])
    with pytest.raises(RubbishError):
        exchange_of(Store(), server).pull(Store().position())


class PutBack(Server):
    """A server that lost its newest commits, until it is asked how far both agree."""

    def __init__(self, *heads: Head) -> None:
        super().__init__(*heads)
        self.refusals = ["cursor_unknown"]
        self.questions: list[Reconcile] = []
        self.end = (5, "ff")

    def pull(self, pull):
        if self.refusals:
            raise RefusedError(self.refusals.pop())
        yield from super().pull(pull)

    def reconcile(self, question):
        self.questions.append(question)
        return Reconciled(
            common=question.places[:1],
            op_seq=self.end[0],
            header_hash=self.end[1],
            server_ms=1,
            held_seq=7,
        )


class Behind(Store):
    """A store that is asked where it agrees with such a server."""

    went: Resumption | None = None
    safe = MappingProxyType({"s/clinical": 9})

    def granted(self):
        return (AT.scope,)

    def places(self) -> Places:
        beginning = Cursor(scope=AT.scope, epoch=1, seq=0, commit_no=0, chain=FIRST_CHAIN)
        return Places(incarnation=1, scopes=((beginning, AT),), written=(OwnPlace(1, 7, "aa"),))

    def go_back(self, to) -> GoneBack:
        self.went = to
        return GoneBack(operations=3, is_moved=True, changed=Changed(outbox=True))

    def horizon(self):
        return self.safe


@pytest.mark.parametrize("code", ["cursor_unknown", "operations_missing"])
def test_a_server_that_lacks_what_it_had_is_met_by_going_back_and_on(code):
    store, server = Behind(), PutBack(HEAD)
    server.refusals = [code]
    exchange = exchange_of(store, server)
    exchange.run()
    assert store.went == Resumption(
        common=(server.questions[0].places[0],), op_seq=5, header_hash="ff", held_seq=7
    )
    assert server.questions[0].written == (OwnPlace(1, 7, "aa"),)
    assert exchange.given_back == 3
    assert store.contact_ms == 77


def test_any_other_refusal_and_a_second_one_end_the_exchange():
    for refusals in (["revoked"], ["cursor_unknown", "cursor_unknown"]):
        server = PutBack(HEAD)
        server.refusals = refusals
        with pytest.raises(RefusedError):
            exchange_of(Behind(), server).run()


def test_a_horizon_that_fell_behind_what_was_said_to_be_safe_is_a_loss():
    store, server = Behind(), PutBack(HEAD)
    server.refusals = []
    store.batches = [(1,)]
    first = server.push

    def fallen(push):
        return msgspec.structs.replace(first(push), durable_seq={"s/clinical": 8})

    server.push = fallen
    exchange_of(store, server).run()
    assert store.went is not None, "its receipts were kept, and both sides compared"
    assert [receipt.op_seq for receipt in store.settled] == [1]


def test_only_what_people_entered_is_counted_while_it_is_sent():
    store, told = Store(), []
    store.batches = [(1, 2), (3,)]

    def waiting() -> Waiting:
        count = sum(map(len, store.batches))
        logged = sum(3 in batch for batch in store.batches)
        return Waiting(
            operations=count, actions=count, held_back=0, oldest_ms=None, access_lines=logged
        )

    store.waiting = waiting
    exchange = Exchange(
        port=Server(HEAD),
        store=store,
        report=lambda state, done, total: told.append((state, done, total)),
        changed=lambda _: None,
    )
    exchange.run()
    sending = [(done, total) for state, done, total in told if state is SyncState.SENDING]
    assert sending == [(0, 2), (2, 2), (2, 2)]
