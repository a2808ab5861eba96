"""A PC whose copy differs asks for sums and rows, in process and over HTTP, and tells of it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import psycopg
import pytest

from sonar_core.ids import to_bytes
from sonar_core.sync.buckets import BUCKETS, MOST_BUCKETS, Theirs, bucket_of, check_sums
from sonar_core.sync.healing import (
    MOST_INCIDENTS,
    MOST_LOST,
    AskBuckets,
    AskSums,
    CopyIncident,
    FoundBy,
    LostRow,
    Report,
    Reported,
    Sums,
)
from sonar_core.sync.intake import hashes_of
from sonar_core.sync.messages import PROTOCOL, Cursor, End, SnapshotFrame
from sonar_core.sync.rows import EMPTY_DIGEST, FIRST_CHAIN, add, provenance_of
from sonar_server import administration, copies
from sonar_server.central import Central
from sonar_server.errors import RefusedError
from sonar_server.store import buckets, incidents
from tests.postgres import BlankOrganisation, for_superuser
from tests.server.pc import HttpLink, Pc, inflated, new_id
from tests.server.serving import Serving
from tests.server.test_api import refusal


@pytest.fixture(scope="module")
def served(
    organisation: BlankOrganisation, central: Central, tmp_path_factory
) -> Iterator[Serving]:
    serving = Serving(organisation, central.database.url, tmp_path_factory.mktemp("server"))
    yield serving
    serving.stop()


@pytest.fixture(params=["in process", "over HTTP"])
def link(request, pc):
    if request.param == "over HTTP":
        return pc.over_http(request.getfixturevalue("served").address)
    return pc.link


@pytest.fixture
def http(served: Serving, pc: Pc) -> HttpLink:
    return pc.over_http(served.address)


@pytest.fixture
def small_pages(monkeypatch):
    for name in ("_HASHES", "_ROWS"):
        query = getattr(buckets, name)
        few = query.replace("LIMIT 20000", "LIMIT 3").replace("LIMIT 4000", "LIMIT 3")
        assert few != query
        monkeypatch.setattr(buckets, name, few)


def written(pc: Pc, notes: int = 12) -> None:
    patient, episode = pc.admitted()
    pc.push(*pc.wrote(patient, episode))
    for _ in range(notes):
        pc.push(*pc.wrote(pc.note(episode)))


def sums_at(link, cursor: Cursor) -> Sums:
    return link.bucket_sums(AskSums(protocol=PROTOCOL, cursor=cursor))


def rows_at(link, cursor: Cursor, wanted) -> list:
    asked = AskBuckets(protocol=PROTOCOL, cursor=cursor, buckets=tuple(wanted))
    *frames, end = link.bucket_rows(asked)
    assert isinstance(end, End)
    assert all(isinstance(frame, SnapshotFrame) for frame in frames)
    return [row for frame in frames for row in frame.rows]


def test_the_sums_are_the_digest_and_the_rows_of_a_bucket_are_those_of_its_sum(pc, link):
    written(pc)
    pc.link = link
    copy = pc.copy()
    told = sums_at(link, copy.cursor)
    check_sums(told.sums, copy.digest)
    wanted = sorted({bucket_of(row.id) for row in copy.rows})[:3]
    theirs = Theirs(wanted, told.sums, copy.cursor)
    theirs.take(rows_at(link, copy.cursor, wanted))
    assert list(theirs.whole().values()) == [
        row for row in copy.rows if bucket_of(row.id) in wanted
    ]
    empty = [n for n in range(BUCKETS) if n not in {bucket_of(row.id) for row in copy.rows}]
    assert rows_at(link, copy.cursor, empty[:2]) == []


def test_many_rows_come_in_pages_and_none_of_them_after_the_place(pc, small_pages):
    written(pc)
    copy = pc.copy()
    written(pc, notes=3)
    told = sums_at(pc.link, copy.cursor)
    check_sums(told.sums, copy.digest)
    by_four = [range(first, first + MOST_BUCKETS) for first in range(0, BUCKETS, MOST_BUCKETS)]
    rows = [row for wanted in by_four for row in rows_at(pc.link, copy.cursor, wanted)]
    assert sorted(rows, key=lambda row: row.seq) == copy.rows
    assert add(EMPTY_DIGEST, hashes_of(rows)) == copy.digest


def test_a_scope_without_rows_has_sums_of_nothing(pc, link):
    cursor = Cursor(scope=pc.clinical, epoch=1, seq=0, commit_no=0, chain=FIRST_CHAIN)
    assert sums_at(link, cursor).sums == (EMPTY_DIGEST,) * BUCKETS


def test_rows_that_were_spoilt_on_the_server_do_not_fit_its_sums(pc, central):
    written(pc)
    copy = pc.copy()
    spoilt = copy.rows[-1]
    with psycopg.connect(for_superuser(central.database.url), autocommit=True) as connection:
        connection.execute(
            "UPDATE record SET body = %s WHERE id = %s", (b"{}", spoilt.id), binary=True
        )
    told = sums_at(pc.link, copy.cursor)
    check_sums(told.sums, copy.digest)
    theirs = Theirs([bucket_of(spoilt.id)], told.sums, copy.cursor)
    theirs.take(rows_at(pc.link, copy.cursor, [bucket_of(spoilt.id)]))
    with pytest.raises(ValueError, match="not those of the sums"):
        theirs.whole()


@pytest.mark.parametrize(
    "wanted",
    [tuple(range(MOST_BUCKETS + 1)), (BUCKETS,), (-1,), (3,) * (MOST_BUCKETS + 1)],
    ids=["too many", "beyond the last", "below the first", "one asked for too often"],
)
def test_no_other_buckets_can_be_asked_for(pc, wanted):
    asked = AskBuckets(protocol=PROTOCOL, cursor=pc.cursor(), buckets=wanted)
    with pytest.raises(RefusedError) as refused:
        list(pc.link.bucket_rows(asked))
    assert refused.value.code == "bad_request"


def test_a_place_that_is_not_in_the_log_and_a_scope_that_is_not_ones_own_are_refused(pc, http):
    strange = msgspec.structs.replace(pc.cursor(), chain=bytes(range(32)), seq=3, commit_no=1)
    foreign = msgspec.structs.replace(pc.cursor(), scope=f"{new_id()}/clinical")
    for cursor, told in ((strange, (409, "cursor_unknown")), (foreign, (403, "foreign_scope"))):
        sums = AskSums(protocol=PROTOCOL, cursor=cursor)
        rows = AskBuckets(protocol=PROTOCOL, cursor=cursor, buckets=(1,))
        for path, asked in (("buckets", sums), ("buckets/rows", rows)):
            answer = http.send(f"/v1/sync/{path}", msgspec.msgpack.encode(asked))
            assert refusal(answer) == told


@pytest.mark.parametrize("path", ["buckets", "buckets/rows", "incidents"])
def test_rubbish_and_a_request_of_nobody_are_refused(http, path):
    assert refusal(http.send(f"/v1/sync/{path}", b"\xc1")) == (400, "bad_request")
    stranger = http.send(f"/v1/sync/{path}", b"\x80", device=new_id())
    assert refusal(stranger) == (401, "unknown_device")
    future = msgspec.msgpack.encode(
        {
            "protocol": 99,
            "cursor": msgspec.to_builtins(
                Cursor(scope="s", epoch=1, seq=0, commit_no=0, chain=b""),
                builtin_types=(bytes,),
            ),
            "buckets": [],
            "incidents": [],
        }
    )
    assert refusal(http.send(f"/v1/sync/{path}", future)) == (426, "protocol_too_new")


def incident(pc: Pc, **changes) -> CopyIncident:
    found = CopyIncident(
        id=new_id(),
        scope=pc.clinical,
        epoch=1,
        seq=40,
        found_ms=1_795_000_000_000,
        found_by=FoundBy.SELF_CHECK,
    )
    return msgspec.structs.replace(found, **changes)


def kept(central: Central, pc: Pc) -> list[tuple[str, str]]:
    every = central.database.run(incidents.incidents)
    device = f"device {pc.enrolled.device},"
    return [(one.kind, one.detail) for one in every if one.detail.startswith(device)]


def test_an_incident_is_kept_once_when_it_is_found_and_once_when_it_is_over(pc, link, central):
    open_ = incident(pc)
    told = link.report(Report(protocol=PROTOCOL, incidents=(open_,)))
    assert isinstance(told, Reported)
    ((kind, detail),) = kept(central, pc)
    assert kind == copies.DIFFERS
    assert detail.endswith("epoch 1, seq 40: found by self_check, not put right yet")
    over = msgspec.structs.replace(open_, records=2, healed_ms=open_.found_ms + 5)
    for _ in range(2):
        link.report(Report(protocol=PROTOCOL, incidents=(over,)))
    (first, (kind, detail)) = sorted(kept(central, pc))
    assert first[0] == copies.DIFFERS
    assert kind == copies.HEALED
    assert detail.endswith("found by self_check, 2 records put right")


def test_two_pcs_with_one_incidents_id_have_an_incident_each(pc, new_pc, central):
    other = new_pc()
    same = incident(pc)
    pc.link.report(Report(protocol=PROTOCOL, incidents=(same,)))
    other.link.report(
        Report(
            protocol=PROTOCOL,
            incidents=(msgspec.structs.replace(same, scope=other.clinical, healed_ms=7),),
        )
    )
    assert [kind for kind, _ in kept(central, pc)] == [copies.DIFFERS]
    assert [kind for kind, _ in kept(central, other)] == [copies.HEALED]


WRONG = {
    "no id": {"id": "'; DROP TABLE incident"},
    "a number below nought": {"records": -1},
    "a time beyond all": {"found_ms": 1 << 60},
    "an end beyond all": {"healed_ms": 1 << 60},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG.keys())
def test_what_is_no_incident_is_not_kept(pc, central, changes):
    with pytest.raises(RefusedError) as refused:
        pc.link.report(Report(protocol=PROTOCOL, incidents=(incident(pc, **changes),)))
    assert refused.value.code == "bad_request"
    assert kept(central, pc) == []


def test_too_many_incidents_at_once_or_of_anothers_scope_are_refused(pc, central):
    many = tuple(incident(pc) for _ in range(MOST_INCIDENTS + 1))
    with pytest.raises(RefusedError) as refused:
        pc.link.report(Report(protocol=PROTOCOL, incidents=many))
    assert refused.value.code == "bad_request"
    foreign = incident(pc, scope=f"{new_id()}/clinical")
    with pytest.raises(RefusedError) as refused:
        pc.link.report(Report(protocol=PROTOCOL, incidents=(foreign,)))
    assert refused.value.code == "foreign_scope"
    assert kept(central, pc) == []


def test_the_buckets_of_the_database_are_those_of_the_core(pc):
    written(pc, notes=30)
    copy = pc.copy()
    for number in sorted({bucket_of(row.id) for row in copy.rows}):
        found = rows_at(pc.link, copy.cursor, [number])
        assert [row.id for row in found] == [
            row.id for row in copy.rows if bucket_of(row.id) == number
        ]
    assert all(len(row.id) == len(to_bytes(new_id())) for row in copy.rows)


def test_sums_are_small_on_the_wire(pc, http):
    written(pc)
    pc.link = http
    copy = pc.copy()
    answer = http.send(
        "/v1/sync/buckets",
        msgspec.msgpack.encode(AskSums(protocol=PROTOCOL, cursor=copy.cursor)),
    )
    assert len(answer.content) < 2000 < len(inflated(answer))


def test_of_rows_told_as_lost_those_that_are_held_are_named_and_the_others_kept(pc, link, central):
    written(pc, notes=2)
    held = [
        LostRow(row.id, provenance_of(row.provenance).operation)
        for row in pc.copy().rows
        if row.episode is not None
    ]
    known, other, lost = held[0], held[-1], new_id()
    told = (known, LostRow(other.id, lost), LostRow(to_bytes(new_id()), other.operation))
    for _ in range(2):
        answer = link.report(Report(protocol=PROTOCOL, incidents=(), lost=told))
        assert answer.held == (known.operation,)
    (detail,) = (
        one.detail
        for one in central.database.run(incidents.incidents)
        if (one.kind, pc.enrolled.device in one.detail) == (copies.LOST, True)
    )
    assert "2 entries that this server had and lost" in detail
    assert known.operation not in detail
    assert link.report(Report(protocol=PROTOCOL, incidents=(), lost=(known,))).held


def test_of_another_sites_rows_none_is_named(pc, new_pc, central):
    written(pc, notes=0)
    row = pc.copy().rows[-1]
    told = LostRow(row.id, provenance_of(row.provenance).operation)
    site = administration.add_site(central, f"Suite {new_id()}", "Europe/London")
    elsewhere = new_pc(site)
    assert elsewhere.link.report(Report(protocol=PROTOCOL, incidents=(), lost=(told,))).held == ()
    assert pc.link.report(Report(protocol=PROTOCOL, incidents=(), lost=(told,))).held


@pytest.mark.parametrize(
    "lost",
    [(LostRow(bytes(16), "no id"),), (LostRow(bytes(16), new_id()),) * (MOST_LOST + 1)],
    ids=["no operation", "too many"],
)
def test_what_is_no_list_of_rows_is_refused(pc, central, lost):
    with pytest.raises(RefusedError) as refused:
        pc.link.report(Report(protocol=PROTOCOL, incidents=(), lost=lost))
    assert refused.value.code == "bad_request"
    assert kept(central, pc) == []
