from __future__ import annotations

import random
from collections.abc import Iterator

import psycopg
import pytest

from sonar_core.ids import to_bytes
from sonar_core.sync.messages import PROTOCOL, Phase, Snapshot, SnapshotPart
from sonar_server import administration
from sonar_server.scopes import ScopeKey, Territory
from sonar_server.store import log, reach, snapshot
from sonar_server.store.database import Database
from tests.postgres import for_superuser
from tests.server.pc import Pc, new_id

SITES = tuple(bytes([number]) * 16 for number in range(5))
NAMES = ("clinical", "medicines", "reference", f"device/{new_id()}")
KEYS = tuple(ScopeKey(site, name) for site in SITES for name in NAMES)
REACHES = 500
_COLUMNS = {
    "record": "site_id, scope_id, seq, commit_no, kind, id, version, at_ms, body, provenance, "
    "row_hash, op_id",
    "again": "site_id, scope_id, seq, commit_no, of_seq",
    "commit_log": "site_id, scope_id, commit_no, last_seq, chain",
}
_VALUES = {
    "record": "%(site)s, %(name)s, 1, 1, 'Note', sha256(%(id)s), 1, 1, '', '', '', ''",
    "again": "%(site)s, %(name)s, 1, 1, 1",
    "commit_log": "%(site)s, %(name)s, 1, 1, ''",
}


@pytest.fixture(scope="module")
def database(organisation) -> Iterator[Database]:
    """A database with one row of each log in each of twenty scopes at five sites."""
    url = organisation.copy()
    with psycopg.connect(for_superuser(url), autocommit=True) as connection:
        connection.execute("DELETE FROM record; DELETE FROM commit_log")
        for site, name in KEYS:
            values = {"site": site, "name": name, "id": site + name.encode()}
            for table, columns in _COLUMNS.items():
                connection.execute(
                    f"INSERT INTO {table} ({columns}) VALUES ({_VALUES[table]})",  # noqa: S608 no value in it
                    values,
                )
    made = Database(url, connections=2)
    yield made
    made.close()


def seen(within: Database | reach.Reach, table: str = "record") -> set[ScopeKey]:
    """Return the scopes of which a transaction sees rows that asks for all of them."""
    query = f"SELECT site_id, scope_id FROM {table}"  # noqa: S608 no value in it
    rows = within.run(lambda transaction: transaction.exec_driver_sql(query).all())
    return {ScopeKey(bytes(site), name) for site, name in rows}


@pytest.mark.parametrize("table", list(_COLUMNS))
def test_of_500_random_reaches_none_shows_one_of_twenty_scopes_too_many(database, table):
    """10,000 times: is a scope that is asked for without any condition seen, and should it be?"""
    draw = random.Random(33)
    for _ in range(REACHES):
        if draw.random() < 0.5:
            sites = draw.sample(SITES, draw.randint(0, 3))
            within = reach.of_sites(database, sites)
            wanted = {key for key in KEYS if key.site_id in sites}
        else:
            site = draw.choice(SITES)
            names = draw.sample(NAMES, draw.randint(0, len(NAMES)))
            wanted = {ScopeKey(site, name) for name in names}
            within = reach.of_scopes(database, wanted)
        assert seen(within, table) == wanted


def test_the_next_transaction_of_a_connection_reaches_what_it_did_before(database):
    assert seen(reach.of_sites(database, [SITES[0]])) != set(KEYS)
    assert seen(database) == set(KEYS)


@pytest.mark.parametrize("table", ["record", "again", "commit_log", "op", "retired"])
def test_a_connection_that_says_nothing_sees_nothing(database, central, episode, table):
    count = f"SELECT count(*) FROM {table}"  # noqa: S608 no value in it
    for url in (database.url, central.database.url):
        with psycopg.connect(url) as connection:
            assert connection.execute(count).fetchone() == (0,)


def test_an_operation_is_seen_from_its_own_site_alone(central, site, episode):
    other = administration.add_site(central, f"Beside {site.name}")
    count = "SELECT count(*) FROM op WHERE site_id = %(site)s"

    def operations(within: reach.Reach) -> int:
        values = {"site": to_bytes(site.id)}
        return within.run(lambda t: t.exec_driver_sql(count, values).scalar_one())

    assert operations(reach.of_sites(central.database, [to_bytes(site.id)])) > 0
    assert operations(reach.of_sites(central.database, [to_bytes(other.id)])) == 0


def test_a_device_past_the_check_of_its_scopes_is_sent_nothing_of_another_site(
    central, new_pc, episode, site, monkeypatch
):
    """The whole service, with the first wall down: every scope asked for counts as its own."""
    other = administration.add_site(central, f"Next to {site.name}")
    curious: Pc = new_pc(other)
    theirs = ScopeKey(to_bytes(site.id), "clinical")
    patients = (to_bytes(episode.patient),)
    whole = central.database.run(lambda t: snapshot.of_patients(t, theirs, Phase.BOARD, patients))
    assert sum(map(len, whole.values())) > 0
    monkeypatch.setattr(Territory, "readable", lambda _territory, _wire: theirs)
    monkeypatch.setattr(Territory, "wire_of", lambda _territory, key: key.name)
    parts = (SnapshotPart(scope=f"{site.id}/clinical", phase=Phase.BOARD, patients=patients),)
    *frames, _ = curious.link.snapshot(Snapshot(protocol=PROTOCOL, parts=parts))
    assert [row for frame in frames for row in frame.rows] == []
    head = central.database.run(lambda t: log.heads(t, [theirs]))[theirs]
    page = curious.link._readable.run(lambda t: log.page_after(t, theirs, 0, 0, head.commit_no))
    assert (page.rows, page.commits) == ([], [])


def test_a_scope_that_was_revoked_is_not_seen_either(central, site, pc, episode):
    clinical = ScopeKey(to_bytes(site.id), "clinical")
    medicines = ScopeKey(to_bytes(site.id), "medicines")
    patients = [to_bytes(episode.patient)]

    def rows(*keys: ScopeKey) -> int:
        within = reach.of_scopes(central.database, keys)
        found = within.run(lambda t: snapshot.of_patients(t, clinical, Phase.BOARD, patients))
        return sum(map(len, found.values()))

    assert rows(clinical, medicines) > 0
    assert rows(medicines) == 0
