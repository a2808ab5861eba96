"""An export of the real server, read by the inspector's program, also of a spoilt database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import msgspec
import pytest

from sonar_core.audit.chains import Fault
from sonar_core.audit.export import AnchorLine, ChainHead, Entry, ExportEnd
from sonar_core.ids import to_bytes
from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_server import auditing
from sonar_server.administration import AdministrationError
from sonar_server.operators import Word
from sonar_server.store import incidents
from sonar_server.store.database import Database
from sonar_verify.reading import Workers, follow
from tests.postgres import for_superuser
from tests.server.pc import moment, new_id

WORD = Word("A. Reid", "inspection of November")


def looked(pc, episode) -> AccessEvent:
    return AccessEvent(
        id=new_id(),
        action=AccessAction.OPENED_RECORD,
        recorded_at=moment(),
        user=pc.user,
        patient=episode.patient,
        episode=episode.id,
    )


@pytest.fixture
def busy(pc, episode):
    """A PC that wrote six entries more: what was looked at, and notes."""
    for _ in range(3):
        pc.push(*pc.wrote(looked(pc, episode)), *pc.wrote(pc.note(episode, "ate well")))
    return pc


def exported(central, pc) -> list[object]:
    return list(auditing.export(central, WORD, pc.territory.device))


def verify(central, lines):
    raw = [msgspec.json.encode(line) for line in lines]
    with ThreadPoolExecutor(1) as executor:
        workers = Workers(executor=executor, threads=1)
        return follow(raw, auditing.public_keys(central), workers)


def followed(central, pc):
    ((_, one),) = verify(central, exported(central, pc)).chains
    return one


def faults(central, pc) -> set[Fault]:
    return {one.fault for one in followed(central, pc).findings}


@pytest.fixture
def superuser(central):
    """Returns a function: a statement by whoever runs the database, about this PC's rows."""

    def run(pc, statement: str) -> int:
        with closing(Database(for_superuser(central.database.url), connections=1)) as database:
            of = {"device": to_bytes(pc.territory.device)}
            done = database.run(lambda t: t.exec_driver_sql(statement, of).rowcount)
        assert done > 0
        return done

    return run


def test_an_export_of_the_server_is_verified_with_its_keys_alone(central, busy, monkeypatch):
    monkeypatch.setattr(auditing, "PAGE", 3)
    lines = exported(central, busy)
    one = followed(central, busy)
    assert (one.findings, one.entries, one.verified) == ((), 8, 8)
    assert one.verified_to == busy.chain.next_seq - 1
    assert [type(line) for line in lines[1:]] == [
        ChainHead, *[AnchorLine] * 4, *[Entry] * 8, ExportEnd
    ]  # fmt: skip


def test_of_a_record_of_care_nothing_leaves_but_its_header(central, busy):
    lines = exported(central, busy)
    entries = [line for line in lines if isinstance(line, Entry)]
    assert [one.payload is not None for one in entries] == [False] * 2 + [True, False] * 3
    assert b"ate well" not in msgspec.json.encode(entries)
    assert b"ate well" not in b"".join(one.header for one in entries)


def test_who_asked_for_an_export_and_why_is_kept(central, busy):
    exported(central, busy)
    last = central.database.run(incidents.incidents)[-1]
    assert last.kind == "audit_exported"
    assert "A. Reid says: inspection of November" in last.detail
    with pytest.raises(AdministrationError):
        next(auditing.export(central, WORD, "no such PC"))


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE op SET payload = '{}' WHERE device = %(device)s AND op_seq = 4", Fault.ALTERED),
        (
            (
                "UPDATE op SET header = convert_to(replace(convert_from(header, 'UTF8'), "
                "'\"offline\":false', '\"offline\":true'), 'UTF8') "
                "WHERE device = %(device)s AND op_seq = 4"
            ),
            Fault.NOT_SIGNED,
        ),
        ("DELETE FROM op WHERE device = %(device)s AND op_seq = 4", Fault.MISSING),
        ("DELETE FROM op WHERE device = %(device)s AND op_seq > 4", Fault.CUT_OFF),
        (
            (
                "WITH gone AS (DELETE FROM op WHERE device = %(device)s RETURNING 1) "
                "DELETE FROM device_chain WHERE device = %(device)s"
            ),
            Fault.CUT_OFF,
        ),
        ("UPDATE anchor SET signature = '' WHERE device = %(device)s", Fault.BAD_ANCHOR),
    ],
    ids=["payload", "header", "deleted", "cut off", "all of it", "countersignature"],
)
def test_what_whoever_runs_the_database_alters_is_found(central, busy, superuser, statement, found):
    superuser(busy, statement)
    assert found in faults(central, busy)


def test_a_header_that_nobody_can_read_is_exported_all_the_same(central, busy, superuser):
    superuser(busy, "UPDATE op SET header = 'x' WHERE device = %(device)s AND op_seq = 4")
    assert Fault.UNREADABLE in faults(central, busy)


def test_a_tail_that_went_with_its_countersignatures_cannot_be_found_from_the_server_alone(
    central, busy, superuser
):
    superuser(busy, "DELETE FROM op WHERE device = %(device)s AND op_seq > 4")
    superuser(busy, "DELETE FROM anchor WHERE device = %(device)s AND op_seq > 4")
    one = followed(central, busy)
    assert (one.findings, one.entries, one.verified) == ((), 4, 4)


def test_every_chain_of_a_pc_is_exported(central, busy, episode):
    busy.reborn(busy.chain.next_seq)
    busy.push(*busy.wrote(busy.note(episode)))
    report = verify(central, exported(central, busy))
    assert [(head.incarnation, one.findings) for head, one in report.chains] == [(1, ()), (2, ())]
    assert [one.verified for _, one in report.chains] == [8, 1]
