from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from queue import Queue

import msgspec
import pytest

from sonar_core.ids import to_bytes
from sonar_core.moments import HOUR_MS
from sonar_core.records.base import Replacement
from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.note import Note
from sonar_core.sync.healing import AskBuckets, AskSums
from sonar_core.sync.messages import PROTOCOL, SnapshotStart
from sonar_core.sync.retirement import AFTER_HOURS, RETIREMENT
from sonar_core.sync.rows import EMPTY_DIGEST, add
from sonar_server import administration, retiring
from sonar_server.central import Central
from sonar_server.retiring import Retiring, retire_due
from sonar_server.store import log
from sonar_server.store.errors import UnavailableError
from tests.server.orders import an_order
from tests.server.pc import Copy, Pc, moment
from tests.server.suites import first_sync


class Later:
    """The server's clock, so many hours ahead."""

    def __init__(self, central: Central) -> None:
        self._now_ms = central.now_ms
        self.hours = 0

    def __call__(self) -> int:
        return self._now_ms() + self.hours * HOUR_MS


@pytest.fixture
def clock(fresh_central: Central) -> Later:
    return Later(fresh_central)


@pytest.fixture
def later(fresh_central: Central, clock: Later) -> Central:
    return replace(fresh_central, now_ms=clock)


@pytest.fixture
def room(later: Central) -> Callable[[], Pc]:
    site = administration.site_named(later, "Northfield")

    def make() -> Pc:
        code = administration.new_device_code(later, site)
        return Pc.enrolled_in_process(later, code, "01900000-0000-7000-8000-00000000000a")

    return make


@pytest.fixture
def pc(room: Callable[[], Pc]) -> Iterator[Pc]:
    return room()


def released(pc: Pc) -> CustodyEpisode:
    """A stay with a note, over."""
    patient, episode = pc.admitted()
    pc.push(*pc.wrote(patient, episode))
    pc.push(*pc.wrote(pc.note(episode)))
    pc.push(*release(pc, episode))
    return episode


def release(pc: Pc, episode: CustodyEpisode):
    return pc.edited(
        episode, 1, status=EpisodeStatus.RELEASED, released_at=moment(), released_to="home"
    )


def kinds_of(copy: Copy, episode: CustodyEpisode) -> list[str]:
    return sorted(row.kind for row in copy.counting if row.episode == to_bytes(episode.id))


def recomputed(central: Central, pc: Pc) -> None:
    """The digest of each scope's head is that of its rows."""

    def look(transaction):
        keys = [pc.territory.key_of(scope) for scope in pc.territory.pulled()]
        heads = log.heads(transaction, keys)
        return [
            (head.digest, add(EMPTY_DIGEST, [*log.row_hashes(transaction, key)]))
            for key, head in heads.items()
        ]

    assert all(kept == made for kept, made in central.database.run(look))


def test_a_stay_leaves_so_long_after_the_last_entry_in_it_reached_the_server(later, clock, pc):
    episode = released(pc)
    before = pc.copy()
    clock.hours = AFTER_HOURS - 1
    assert retire_due(later) == 0
    assert pc.copy().cursor == before.cursor
    clock.hours = AFTER_HOURS
    assert retire_due(later) == 1
    copy = pc.copy()
    assert kinds_of(before, episode) == ["CustodyEpisode", "CustodyEpisode", "Note"]
    assert kinds_of(copy, episode) == []
    assert [row.kind for row in copy.rows[-1:]] == [RETIREMENT]
    assert copy.rows[:-1] == before.rows, "the log keeps everything"
    assert first_sync(pc, pc.clinical) == copy.digest
    recomputed(later, pc)
    assert retire_due(later) == 0


def test_each_scope_that_holds_something_of_the_stay_hears_of_it(later, clock, pc):
    without, treated = released(pc), released(pc)
    pc.push(*pc.wrote(an_order(pc, treated)))
    clock.hours = AFTER_HOURS
    assert retire_due(later) == 2
    medicines = pc.territory.wire(ScopeKind.MEDICINES)
    copy = pc.copy(medicines)
    assert [row.kind for row in copy.rows] == ["MedicationRequest", RETIREMENT]
    assert copy.digest == EMPTY_DIGEST
    pc.push(*pc.wrote(an_order(pc, without)))
    assert kinds_of(pc.copy(medicines), without) == ["MedicationRequest"]
    assert len(kinds_of(pc.copy(), without)) == 3
    pc.push(*pc.wrote(pc.note(treated)))
    assert kinds_of(pc.copy(medicines), treated) == ["MedicationRequest"]
    recomputed(later, pc)


def test_the_sums_of_buckets_are_those_of_what_counts(later, clock, pc):
    released(pc)
    clock.hours = AFTER_HOURS
    retire_due(later)
    stays = released(pc)
    copy = pc.copy()
    sums = pc.link.bucket_sums(AskSums(protocol=PROTOCOL, cursor=copy.cursor)).sums
    assert add(EMPTY_DIGEST, list(sums)) == copy.digest
    asked = AskBuckets(protocol=PROTOCOL, cursor=copy.cursor, buckets=tuple(range(256))[:64])
    rows = [row for frame in pc.link.bucket_rows(asked) for row in getattr(frame, "rows", ())]
    assert {row.episode for row in rows} <= {None, to_bytes(stays.id)}


def test_a_wrong_clock_of_a_pc_makes_nothing_leave(later, clock, pc):
    """The release says that it was years ago; it reached the server just now."""
    patient, episode = pc.admitted()
    pc.push(*pc.wrote(patient, episode))
    pc.push(*pc.edited(episode, 1, status=EpisodeStatus.RELEASED, released_at=moment(-9_999_999)))
    assert retire_due(later) == 0


def test_whoever_is_in_custody_stays_with_all_earlier_stays(later, clock, pc):
    first = released(pc)
    second = CustodyEpisode(
        id=pc.note(first).id,
        patient=first.patient,
        site=first.site,
        custody_record_number="NF/2",
        arrived_at=moment(),
    )
    pc.push(*pc.wrote(second))
    clock.hours = 10 * AFTER_HOURS
    assert retire_due(later) == 0
    pc.push(*release(pc, second))
    assert retire_due(later) == 0, "the release has just come"
    clock.hours += AFTER_HOURS
    assert retire_due(later) == 2


def test_a_disputed_stay_stays(later, clock, pc, room):
    episode = released(pc)
    other = room()
    other.push(*other.edited(episode, 1, status=EpisodeStatus.TRANSFERRED))
    clock.hours = AFTER_HOURS
    assert retire_due(later) == 0


def test_a_new_arrest_brings_the_earlier_stays_back(later, clock, pc):
    episode, other = released(pc), released(pc)
    clock.hours = AFTER_HOURS
    assert retire_due(later) == 2
    held = pc.copy()
    again = CustodyEpisode(
        id=pc.note(episode).id,
        patient=episode.patient,
        site=episode.site,
        custody_record_number="NF/3",
        arrived_at=moment(),
    )
    pc.push(*pc.wrote(again))
    copy = pc.copy()
    assert kinds_of(copy, episode) == ["CustodyEpisode", "CustodyEpisode", "Note"]
    assert kinds_of(copy, other) == []
    assert copy.rows[len(held.rows) :][-1].id == to_bytes(again.id), "the earlier ones come first"
    assert len({row.commit_no for row in copy.rows[len(held.rows) : -1]}) == 1
    assert first_sync(pc, pc.clinical) == copy.digest
    recomputed(later, pc)
    clock.hours += AFTER_HOURS
    assert retire_due(later) == 0


def test_a_late_entry_brings_its_own_stay_back_and_no_other(later, clock, pc):
    episode = released(pc)
    clock.hours = AFTER_HOURS
    retire_due(later)
    (receipt,) = pc.push(*pc.wrote(pc.note(episode, "written offline")))
    assert receipt.version == 1
    copy = pc.copy()
    assert kinds_of(copy, episode) == ["CustodyEpisode", "CustodyEpisode", "Note", "Note"]
    recomputed(later, pc)
    assert retire_due(later) == 0
    clock.hours += AFTER_HOURS
    assert retire_due(later) == 1
    assert kinds_of(pc.copy(), episode) == []
    recomputed(later, pc)


def test_what_waited_for_its_parent_brings_its_stay_back_too(later, clock, pc, room):
    episode = released(pc)
    about = pc.note(episode, "the first")
    late = replace_of(pc.note(episode, "the second"), about.id)
    other = room()
    (receipt,) = other.push(*other.wrote(late))
    assert receipt.detail == about.id
    clock.hours = AFTER_HOURS
    retire_due(later)
    pc.push(*pc.wrote(about))
    assert kinds_of(pc.copy(), episode).count("Note") == 3
    recomputed(later, pc)


def replace_of(note: Note, of: str) -> Note:
    return msgspec.structs.replace(
        note, replaces=of, replacement=Replacement.AMENDED, replacement_reason="wrong"
    )


def test_who_arrives_while_it_is_decided_is_looked_at_again_under_the_lock(
    later, clock, pc, monkeypatch
):
    episode = released(pc)
    clock.hours = AFTER_HOURS
    heads = log.heads

    def and_meanwhile(transaction, keys, *, lock=False):
        if lock:
            monkeypatch.setattr(log, "heads", heads)
            pc.push(*pc.wrote(pc.note(episode, "in the last moment")))
        return heads(transaction, keys, lock=lock)

    monkeypatch.setattr(log, "heads", and_meanwhile)
    assert retire_due(later) == 0
    assert kinds_of(pc.copy(), episode).count("Note") == 2


def test_a_manifest_tells_of_places_before_its_own(pc):
    for _ in range(4):
        released(pc)
    start = SnapshotStart(protocol=PROTOCOL, scopes=(pc.clinical,))
    (manifest,) = pc.link.snapshot_start(start).manifests
    at = manifest.cursor.commit_no
    assert [place.commit_no for place in manifest.places] == [at - 8, at - 4, at - 2, at - 1]


def test_it_retires_by_itself_while_the_server_runs(later, clock, pc, monkeypatch):
    released(pc)
    clock.hours = AFTER_HOURS
    done: Queue[int] = Queue()
    monkeypatch.setattr(retiring, "EVERY_SECONDS", 0)
    monkeypatch.setattr(retiring, "retire_due", lambda central: done.put(retire_due(central)))
    with Retiring(later):
        assert [done.get(timeout=60), done.get(timeout=60)] == [1, 0]


def test_a_database_that_is_away_is_tried_again_later(later, monkeypatch):
    tried: Queue[None] = Queue()

    def away(_central):
        tried.put(None)
        raise UnavailableError("away")

    monkeypatch.setattr(retiring, "EVERY_SECONDS", 0)
    monkeypatch.setattr(retiring, "retire_due", away)
    with Retiring(later):
        tried.get(timeout=60)
        tried.get(timeout=60)
