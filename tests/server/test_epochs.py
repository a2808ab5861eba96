from __future__ import annotations

from collections.abc import Iterator

import msgspec
import psycopg
import pytest
from sqlalchemy.engine import make_url

from sonar_core.sync.messages import MAX_PLACES, PROTOCOL, Cursor, Pull, Reconcile
from sonar_core.sync.operations import FIRST_PREV_HASH, header_hash
from sonar_core.sync.rows import FIRST_CHAIN
from sonar_server import administration, epochs
from sonar_server.central import Central, open_central
from sonar_server.errors import RefusedError
from sonar_server.store import incidents
from sonar_server.store.database import Database
from sonar_server.store.roles import APPLICATION, as_role
from tests.postgres import BlankOrganisation
from tests.server.pc import Copy, Pc


def asked(pc: Pc, *places: Cursor) -> Reconcile:
    return Reconcile(protocol=PROTOCOL, incarnation=1, places=places)


def beginning(pc: Pc) -> Cursor:
    return Cursor(scope=pc.clinical, epoch=1, seq=0, commit_no=0, chain=FIRST_CHAIN)


@pytest.fixture
def copied(organisation: BlankOrganisation, fresh_central: Central) -> Iterator[Central]:
    """The same organisation in a copy of its database, as a restore makes one."""
    assert epochs.notice(fresh_central) is None, "where it is for the first time"
    name = "restored_copy"
    source = make_url(fresh_central.database.url).database
    fresh_central.database.close()
    with psycopg.connect(organisation.postgres.url(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}".encode())
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}".encode())
    database = Database(as_role(organisation.postgres.url(name), APPLICATION))
    yield open_central(database, organisation.keys)
    database.close()


def test_a_server_that_is_where_it_was_begins_no_epoch(fresh_central):
    assert epochs.notice(fresh_central) is None
    assert epochs.notice(fresh_central) is None
    assert fresh_central.database.run(incidents.incidents) == []


def test_a_restored_database_is_noticed_once_and_written_down(copied):
    epoch = epochs.notice(copied)
    assert epoch is not None
    assert epochs.notice(copied) is None
    (happened,) = copied.database.run(incidents.incidents)
    assert (happened.kind, str(epoch) in happened.detail) == (epochs.NEW_EPOCH, True)
    assert epochs.MOVED in happened.detail


def test_every_epoch_is_higher_than_all_before_even_if_the_clock_stands_still(fresh_central):
    stopped = Central(
        database=fresh_central.database,
        organisation=fresh_central.organisation,
        keys=fresh_central.keys,
        now_ms=lambda: 5_000,
    )
    first = epochs.begin(stopped)
    assert epochs.begin(stopped) == first + 1
    assert epochs.begin(fresh_central) == pytest.approx(fresh_central.now_ms() // 1000, abs=5)
    site = administration.add_site(fresh_central, "Later")
    assert site.name == "Later"


def test_after_a_new_epoch_a_known_cursor_is_unknown_and_reconciling_finds_it(
    fresh_central, person
):
    site = administration.add_site(fresh_central, "Northmoor")
    code = administration.new_device_code(fresh_central, site)
    pc = Pc.enrolled_in_process(fresh_central, code, person.user)
    copy = Copy(beginning(pc))
    pc.push(*pc.wrote(*pc.admitted()))
    copy.take(pc.link.pull(Pull(protocol=PROTOCOL, cursors=(copy.cursor,))))
    epoch = epochs.begin(fresh_central)
    with pytest.raises(RefusedError) as refused:
        list(pc.link.pull(Pull(protocol=PROTOCOL, cursors=(copy.cursor,))))
    assert refused.value.code == "cursor_unknown"
    (common,) = pc.link.reconcile(asked(pc, beginning(pc), copy.cursor)).common
    assert common == msgspec.structs.replace(copy.cursor, epoch=epoch)
    copy.cursor = common
    copy.take(pc.link.pull(Pull(protocol=PROTOCOL, cursors=(copy.cursor,))))


def test_places_that_never_were_are_not_known(pc, episode):
    copy = Copy(beginning(pc))
    copy.take(pc.link.pull(Pull(protocol=PROTOCOL, cursors=(copy.cursor,))))
    other = msgspec.structs.replace(copy.cursor, chain=bytes(range(32)))
    beyond = msgspec.structs.replace(copy.cursor, commit_no=99, seq=500)
    (common,) = pc.link.reconcile(asked(pc, beginning(pc), other, beyond)).common
    assert (common.seq, common.commit_no, common.chain) == (0, 0, FIRST_CHAIN)
    (common,) = pc.link.reconcile(asked(pc, beginning(pc), copy.cursor, beyond)).common
    assert common == copy.cursor


def test_a_device_learns_the_end_of_its_own_chain(pc):
    nothing = pc.link.reconcile(asked(pc))
    assert (nothing.op_seq, nothing.header_hash) == (0, FIRST_PREV_HASH)
    operations = pc.wrote(*pc.admitted())
    pc.push(*operations)
    known = pc.link.reconcile(asked(pc))
    assert (known.op_seq, known.header_hash) == (2, header_hash(operations[-1].header))


def test_a_scope_of_somebody_else_and_too_many_places_are_refused(pc, new_pc):
    foreign = msgspec.structs.replace(beginning(pc), scope="x/clinical")
    with pytest.raises(RefusedError) as refused:
        pc.link.reconcile(asked(pc, foreign))
    assert refused.value.code == "foreign_scope"
    with pytest.raises(RefusedError):
        pc.link.reconcile(asked(pc, *[beginning(pc)] * (MAX_PLACES + 1)))
