from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from sonar_server import administration
from sonar_server.central import open_central
from sonar_server.store import migrate, roles, schema
from sonar_server.store.database import RECORDER, Database
from sonar_server.store.errors import SchemaError
from sonar_server.store.roles import APPLICATION, AUDITED, AUDITOR, GRANTS, LOGS, OWNER, as_role
from tests.postgres import for_superuser

TABLES = ("schema_version", *schema.metadata.tables)
_HAS = "SELECT has_table_privilege(%s, %s, %s)"
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


@pytest.fixture(scope="module")
def url(organisation) -> str:
    return organisation.copy()


@pytest.fixture
def look(url) -> Iterator[psycopg.Connection]:
    with psycopg.connect(for_superuser(url), autocommit=True) as connection:
        yield connection


@pytest.fixture
def served(url) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url, autocommit=True, options="-c sonar.reach=all") as connection:
        yield connection


def held(look: psycopg.Connection, role: str) -> dict[str, set[str]]:
    """What a role may do to each table as a whole, and to which columns of it besides."""
    found: dict[str, set[str]] = {}
    for table in TABLES:
        own = {
            right
            for right in RIGHTS
            if look.execute(_HAS, (role, table, right)).fetchone() == (True,)
        }
        columns = look.execute(
            "SELECT privilege_type, column_name FROM information_schema.column_privileges "
            "WHERE grantee = %s AND table_name = %s",
            (role, table),
        ).fetchall()
        found[table] = own | {f"{right} {name}" for right, name in columns if right not in own}
    return {table: rights for table, rights in found.items() if rights}


def wanted(granted: dict[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table, rights in granted.items():
        plain, _, columns = rights.partition(" (")
        *whole, last = [right.strip() for right in plain.split(",")]
        some = {f"{last} {name.strip()}" for name in columns.rstrip(")").split(",")}
        found[table] = {*whole, *(some if columns else {last})}
    return found


def test_every_table_has_its_grants_and_nobody_has_more(look):
    assert set(GRANTS) == set(TABLES)
    assert held(look, APPLICATION) == wanted(GRANTS)
    assert held(look, AUDITOR) == wanted(AUDITED)
    assert held(look, RECORDER) == {table: {"INSERT"} for table in LOGS}


def test_the_tables_belong_to_nobody_who_signs_in(look):
    owners = look.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners.fetchall() == [(OWNER,)]
    found = look.execute(
        "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolinherit "
        "FROM pg_roles WHERE rolname LIKE 'sonar\\_%' ORDER BY rolname"
    ).fetchall()
    assert found == [
        (APPLICATION, True, False, False, False, False),
        (AUDITOR, True, False, False, False, True),
        (OWNER, False, False, False, False, True),
        (RECORDER, False, False, True, False, True),
    ]


@pytest.mark.parametrize("table", LOGS)
@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM {}",
        "TRUNCATE {}",
        "UPDATE {} SET site_id = ''",
        "INSERT INTO {} DEFAULT VALUES",
    ],
)
def test_whoever_serves_cannot_change_a_log(served, table, change):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        served.execute(change.format(table))


@pytest.mark.parametrize("kept", ["header", "payload", "signature", "header_hash", "received_ms"])
def test_what_a_device_sent_stays_as_it_was_sent(served, kept):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        served.execute(f"UPDATE op SET {kept} = {kept}")  # noqa: S608 no value in it
    served.execute("UPDATE op SET verdict = verdict")


@pytest.mark.parametrize(
    "forbidden",
    [
        "SELECT 1 FROM record",
        "SELECT 1 FROM op",
        "SELECT 1 FROM person",
        "DELETE FROM record",
        "UPDATE op SET verdict = ''",
        "INSERT INTO person DEFAULT VALUES",
    ],
)
def test_who_appends_to_the_logs_can_do_nothing_else(served, forbidden):
    served.execute(f"SET ROLE {RECORDER}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        served.execute(forbidden)


def test_an_auditor_reads_everything_but_secrets_and_writes_nothing(url):
    with psycopg.connect(as_role(url, AUDITOR), autocommit=True) as auditor:
        (rows,) = auditor.execute("SELECT count(*) FROM record").fetchone()
        assert rows > 0
        auditor.execute("SELECT username, role FROM person")
        for forbidden in (
            "SELECT password_hash FROM person",
            "SELECT * FROM enrolment_code",
            "SELECT * FROM session_token",
            "INSERT INTO incident DEFAULT VALUES",
            "DELETE FROM record",
            "UPDATE op SET verdict = ''",
            f"SET ROLE {RECORDER}",
            f"SET ROLE {APPLICATION}",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                auditor.execute(forbidden)


def test_nobody_serves_as_owner_superuser_or_one_who_cannot_append(url):
    for role, said in (("postgres", "superuser"), (AUDITOR, "member"), (APPLICATION, "")):
        database = Database(as_role(url, role), connections=1)
        if said:
            with pytest.raises(SchemaError, match=said):
                database.run(roles.require_application)
        else:
            database.run(roles.require_application)
        database.close()


def test_a_role_that_is_missing_and_cannot_be_made_is_said_with_the_way_out(url, monkeypatch):
    monkeypatch.setitem(roles._NEEDED, "sonar_of_nobody", "LOGIN")
    database = Database(url, connections=1)
    with pytest.raises(SchemaError, match="sonar_of_nobody is missing"):
        database.run(roles.make)
    database.close()


def test_an_owner_who_is_no_superuser_lays_out_a_database_that_is_served_alike(
    organisation, postgres
):
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("CREATE ROLE theirs LOGIN")
        connection.execute("CREATE DATABASE of_theirs OWNER theirs")
    owned = Database(as_role(postgres.url("of_theirs"), "theirs"), connections=1)
    administration.initialise(
        owned, organisation.keys, name="Theirs", recovery_public=bytes(range(32))
    )
    with pytest.raises(SchemaError, match="owner"):
        owned.run(roles.require_application)
    owned.close()
    served = Database(as_role(owned.url, APPLICATION), connections=1)
    served.run(roles.require_application)
    migrate.require_newest(served)
    administration.add_site(open_central(served, organisation.keys), "Northfield")
    served.close()
