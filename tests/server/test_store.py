from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import inspect, text

from sonar_core.ids import to_bytes
from sonar_server.scopes import ScopeKey
from sonar_server.store import log, migrate, people, places, schema
from sonar_server.store.database import Database
from sonar_server.store.embedded import EmbeddedPostgres
from sonar_server.store.errors import RejectedError, SchemaError, UnavailableError
from tests.postgres import for_superuser
from tests.server.pc import new_id


@pytest.fixture
def database(organisation):
    made = Database(organisation.copy(), connections=4)
    yield made
    made.close()


@pytest.fixture
def owned(organisation):
    """As `init` has it."""
    made = Database(for_superuser(organisation.copy()), connections=2)
    yield made
    made.close()


def test_the_migrations_make_the_tables_that_the_program_knows(database):
    def look(transaction):
        found = inspect(transaction)
        assert set(found.get_table_names()) == {*schema.metadata.tables, "schema_version"}
        for name, table in schema.metadata.tables.items():
            columns = {c["name"]: (str(c["type"]), c["nullable"]) for c in found.get_columns(name)}
            wanted = {
                c.name: (str(c.type.compile(transaction.dialect)), bool(c.nullable))
                for c in table.columns
            }
            assert columns == wanted, name
            key = found.get_pk_constraint(name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key], name
            assert key[0] == "site_id"
            for unique in found.get_unique_constraints(name):
                assert unique["column_names"][0] == "site_id", name
            indexes = {
                i["name"] for i in found.get_indexes(name) if not i.get("duplicates_constraint")
            }
            assert indexes == {index.name for index in table.indexes}, name

    database.run(look)


def test_migrating_again_changes_nothing(owned):
    assert migrate.migrate(owned) == migrate.NEWEST
    migrate.require_newest(owned)


def test_a_newer_layout_is_refused(owned):
    owned.run(lambda t: t.execute(text("INSERT INTO schema_version VALUES ('', 99)")))
    with pytest.raises(SchemaError, match="newer"):
        migrate.migrate(owned)
    with pytest.raises(SchemaError, match="layout 99"):
        migrate.require_newest(owned)


def test_an_empty_database_asks_for_init(postgres):
    empty = Database(postgres.url("template1"))
    with pytest.raises(SchemaError, match="init"):
        migrate.require_newest(empty)
    empty.close()


def test_what_the_database_refuses_is_said_without_the_values(owned):
    organisation = owned.run(places.the_organisation)
    assert organisation is not None
    with pytest.raises(RejectedError) as refused:
        owned.run(lambda t: places.add_organisation(t, organisation))
    assert refused.value.state == "23505"
    assert organisation.name not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_database_that_is_away_is_unavailable(tmp_path):
    nowhere = Database(f"postgresql://postgres:@/postgres?host={tmp_path}")
    with pytest.raises(UnavailableError):
        nowhere.run(places.the_organisation)
    nowhere.close()


def test_two_transactions_in_each_others_way_both_succeed(database):
    database.run(lambda t: log.make_scopes(t, [ScopeKey(b"s", "a"), ScopeKey(b"s", "b")]))
    both = threading.Barrier(2, timeout=20)
    first_try = [True, True]

    def work(number: int) -> int:
        names = ("a", "b") if number == 0 else ("b", "a")

        def act(transaction):
            log.heads(transaction, [ScopeKey(b"s", names[0])], lock=True)
            if first_try[number]:
                first_try[number] = False
                both.wait()
            log.heads(transaction, [ScopeKey(b"s", names[1])], lock=True)
            return number

        return database.run(act)

    with ThreadPoolExecutor(2, thread_name_prefix="lock") as threads:
        assert sorted(threads.map(work, (0, 1))) == [0, 1]


def test_a_transaction_that_idles_or_waits_too_long_is_ended_by_the_database(database):
    """Whoever stops while it holds a scope's lock would else stop everybody who writes in it."""
    names = ("idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout")

    def limits(transaction):
        return {name: transaction.scalar(text(f"SHOW {name}")) for name in names}

    assert database.run(limits) == dict(zip(names, ("10s", "10s", "1min"), strict=True))


def test_a_scope_made_again_keeps_where_it_stands(central, pc):
    pc.push(*pc.wrote(*pc.admitted()))
    key = pc.territory.key_for("Patient")
    before = central.database.run(lambda t: log.heads(t, [key]))
    central.database.run(lambda t: log.make_scopes(t, [key]))
    assert central.database.run(lambda t: log.heads(t, [key])) == before
    assert before[key].seq == 2


def test_a_nonce_is_new_once_and_forgotten_after_the_window(central, pc):
    device = central.database.run(lambda t: places.find_device(t, to_bytes(pc.enrolled.device)))
    assert device is not None

    def is_new(now_ms: int) -> bool:
        return central.database.run(
            lambda t: places.is_new_nonce(t, device, b"n", now_ms=now_ms, window_ms=100)
        )

    assert [is_new(1000), is_new(1001), is_new(1200), is_new(1201)] == [True, False, False, True]


def test_accounts_are_found_by_name_and_closed(fresh_central):
    organisation = to_bytes(fresh_central.organisation.id)
    run = fresh_central.database.run
    assert [p.username for p in run(lambda t: people.all_people(t, organisation))] == ["rok"]
    assert run(lambda t: people.deactivate(t, organisation, "rok"))
    assert not run(lambda t: people.deactivate(t, organisation, "nobody"))
    found = run(lambda t: people.find_person(t, organisation, "rok"))
    assert found is not None
    assert not found.is_active


def test_a_postgres_of_our_own_is_taken_over_and_stopped_by_its_process_id(postgres):
    again = EmbeddedPostgres(postgres._server.pgdata)
    assert again.pid == postgres.pid
    assert again.was_running
    os.kill(again.pid, 0)


def test_the_log_of_the_postgres_of_our_own_quotes_no_row(postgres, database):
    secret = "Zzyzx-" + new_id()
    with pytest.raises(RejectedError):
        database.run(lambda t: t.execute(text(f"SELECT '{secret}'::int")))
    assert secret not in (postgres._server.pgdata / "log").read_text()
