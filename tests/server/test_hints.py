"""Hints over real HTTP: told by another PC's commit, by whichever process it went through."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import msgspec
import psycopg
import pytest
import requests

from sonar_core.records.kinds import ScopeKind
from sonar_core.sync.event_stream import EVENT_STREAM, split_events
from sonar_core.sync.messages import PROTOCOL, Hint, Hints, Refusal, Watch
from sonar_server import epochs, granting
from sonar_server.central import Central, open_central
from sonar_server.store import places
from sonar_server.store.database import Database
from tests.postgres import BlankOrganisation, for_superuser
from tests.server.orders import an_order
from tests.server.pc import HttpLink, Pc, inflated
from tests.server.serving import Serving

STREAM, POLL = "/v1/sync/hints/stream", "/v1/sync/hints"
LISTENS = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle' "
    "AND query LIKE 'SELECT site_id, scope_id, epoch, head_seq FROM scope %'"
)
"""Somebody hears notices, and has looked where the scopes stand."""
MORE_THAN_A_QUEUE = 140
"""More than the 128 connections that the HTTP server takes if nobody tells it otherwise."""


@pytest.fixture(scope="module")
def served(organisation: BlankOrganisation, central: Central, tmp_path_factory):
    serving = Serving(organisation, central.database.url, tmp_path_factory.mktemp("server"))
    yield serving
    serving.stop()


@pytest.fixture
def link(served: Serving, pc: Pc) -> HttpLink:
    return pc.over_http(served.address)


def watch(*known: Hint) -> bytes:
    return msgspec.msgpack.encode(Watch(protocol=PROTOCOL, known=known))


class Heard:
    """A stream as it comes."""

    def __init__(self, answer: requests.Response) -> None:
        assert answer.status_code == 200, inflated(answer)
        assert answer.headers["Content-Type"].startswith(EVENT_STREAM)
        assert "Content-Encoding" not in answer.headers
        self._parts = answer.iter_content(None)
        self._rest = b""

    def next_hints(self) -> list[Hint]:
        """The next that come; signs of life are none. StopIteration where the stream ends."""
        hints: list[Hint] = []
        while not hints:
            hints, self._rest = split_events(self._rest + next(self._parts))
        return hints

    def to_its_end(self) -> list[Hint]:
        """All that still comes before the server ends the stream."""
        hints: list[Hint] = []
        for part in self._parts:
            more, self._rest = split_events(self._rest + part)
            hints += more
        return hints

    def until(self, scope: str, seq: int) -> None:
        while not any(hint.scope == scope and hint.seq >= seq for hint in self.next_hints()):
            pass


@contextmanager
def hearing(link: HttpLink, *known: Hint) -> Iterator[Heard]:
    with stream(link, *known) as answer:
        yield Heard(answer)


def stream(link: HttpLink, *known: Hint) -> requests.Response:
    return link.send(STREAM, watch(*known), stream=True)


def seq_after(pc: Pc) -> int:
    """Somebody is admitted at another PC; returns the clinical scope's last number."""
    pc.push(*pc.wrote(*pc.admitted()))
    return pc.copy().cursor.seq


def code_of(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, msgspec.msgpack.decode(inflated(answer), type=Refusal).code


def test_another_pcs_entry_is_told_once_it_is_committed(link, pc, new_pc):
    other = new_pc()
    first = seq_after(other)
    with hearing(link) as heard:
        heard.until(pc.clinical, first)
        second = seq_after(other)
        heard.until(pc.clinical, second)


def test_an_entry_that_went_through_another_process_is_told(
    organisation, central, link, pc, new_pc, tmp_path
):
    elsewhere = Serving(organisation, central.database.url, tmp_path)
    other = new_pc()
    other.over_http(elsewhere.address)
    first = seq_after(other)
    with hearing(link) as heard:
        heard.until(pc.clinical, first)
        heard.until(pc.clinical, seq_after(other))
    elsewhere.stop()


def test_what_is_told_is_the_devices_own_scopes_only(link, pc, new_pc, central):
    with hearing(link) as heard:
        hints = heard.next_hints()
    assert {hint.scope for hint in hints} <= set(pc.enrolled.scopes)


def polled(link: HttpLink, *known: Hint) -> tuple[Hint, ...]:
    told: Hints = link.call(POLL, Watch(protocol=PROTOCOL, known=known), Hints)
    return told.hints


def test_a_long_poll_is_answered_by_another_pcs_entry(link, pc, new_pc):
    other = new_pc()
    before = seq_after(other)
    known = polled(link)
    assert next(hint for hint in known if hint.scope == pc.clinical).seq == before
    with ThreadPoolExecutor(1, thread_name_prefix="poll") as threads:
        waiting = threads.submit(polled, link, *known)
        after = seq_after(other)
        told = waiting.result(timeout=60)
    assert [(hint.scope, hint.seq) for hint in told] == [(pc.clinical, after)]


def test_a_poll_that_knows_less_than_there_is_does_not_wait(link, pc, new_pc):
    seq = seq_after(new_pc())
    known = [msgspec.structs.replace(hint, seq=0) for hint in polled(link)]
    assert seq in [hint.seq for hint in polled(link, *known)]


def test_a_device_taken_out_of_use_is_told_nothing_more(link, central, pc, new_pc):
    with hearing(link) as heard:
        heard.next_hints()
        central.database.run(
            lambda transaction: places.set_revoked(transaction, link.device, central.now_ms())
        )
        after = seq_after(new_pc())
        assert after not in [hint.seq for hint in heard.to_its_end()]
    for path in (STREAM, POLL):
        assert code_of(link.send(path, watch())) == (403, "revoked")


def test_a_granted_scope_is_told_at_once_to_a_device_that_listens(link, central, pc, new_pc):
    medicines = pc.territory.wire(ScopeKind.MEDICINES)
    device = granting.device_named(central, link.device)

    def say(*, is_granted: bool) -> None:
        granting.say_of_device(central, device, ScopeKind.MEDICINES, is_granted=is_granted)

    other = new_pc()
    stay = other.admitted()
    other.push(*other.wrote(*stay), *other.wrote(an_order(other, stay[1])))
    say(is_granted=False)
    with hearing(link) as heard:
        assert medicines not in {hint.scope for hint in heard.next_hints()}
        say(is_granted=True)
        heard.to_its_end()
    assert medicines in {hint.scope for hint in polled(link)}


def test_a_hint_is_for_a_device_of_this_server_and_protocol(link, served):
    for path in (STREAM, POLL):
        answer = requests.post(served.address + path, data=watch(), timeout=30)
        assert code_of(answer) == (401, "unknown_device")
        old = msgspec.msgpack.encode(Watch(protocol=0))
        assert code_of(link.send(path, old)) == (426, "protocol_too_old")


def test_a_second_stream_of_a_device_ends_its_first(link):
    with hearing(link) as first, hearing(link) as second:
        assert second.next_hints()
        first.to_its_end()


def test_a_new_epoch_is_told(organisation, tmp_path, new_pc_of):
    url = organisation.copy()
    database = Database(url)
    fresh = open_central(database, organisation.keys)
    serving = Serving(organisation, url, tmp_path)
    link = new_pc_of(fresh).over_http(serving.address)
    with hearing(link) as heard:
        before = heard.next_hints()[0].epoch
        epoch = epochs.begin(fresh)
        assert epoch > before
        while heard.next_hints()[0].epoch != epoch:
            pass
    serving.stop()
    database.close()


def test_when_the_database_is_away_streams_end_and_come_again(organisation, tmp_path, new_pc_of):
    url = organisation.copy()
    database = Database(url)
    fresh = open_central(database, organisation.keys)
    serving = Serving(organisation, url, tmp_path)
    pc = new_pc_of(fresh)
    link = pc.over_http(serving.address)
    with hearing(link) as heard:
        heard.next_hints()
        with psycopg.connect(for_superuser(url), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                "datname = current_database() AND pid <> pg_backend_pid()"
            )
        heard.to_its_end()
    # The server asks for some seconds; asked without a pause, it would soon say "too many".
    with psycopg.connect(for_superuser(url), autocommit=True) as connection:
        while not connection.execute(LISTENS).fetchone():
            pass
    while (answer := stream(link)).status_code == 503:
        assert answer.headers["Retry-After"]
        answer.close()
    with answer:
        assert Heard(answer).next_hints()
    assert "notices_not_heard" in serving.stop()
    database.close()


def test_many_that_wait_keep_nobody_from_an_answer_nor_the_server_from_ending(
    organisation, tmp_path, new_pc_of
):
    url = organisation.copy()
    database = Database(url)
    fresh = open_central(database, organisation.keys)
    serving = Serving(organisation, url, tmp_path)
    pcs = [new_pc_of(fresh) for _ in range(MORE_THAN_A_QUEUE)]
    with ExitStack() as open_streams:
        links = [pc.over_http(serving.address) for pc in pcs]
        waiting = [open_streams.enter_context(hearing(link)) for link in links]
        assert all(heard.next_hints() for heard in waiting)
        seq = seq_after(pcs[0])
        for heard in waiting:
            heard.until(pcs[0].clinical, seq)
        assert links[0].hello().protocol_max == PROTOCOL
        serving.stop()
        assert [heard.to_its_end() for heard in waiting] == [[]] * len(waiting)
    database.close()
