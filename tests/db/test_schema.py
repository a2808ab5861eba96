from __future__ import annotations

import pytest
from sqlalchemy import select

from sonar_desktop.db import schema
from sonar_desktop.db.engine import driver_connection
from tests.db.clinic import NURSE


@pytest.mark.parametrize("table", schema.METADATA.sorted_tables, ids=lambda table: table.name)
def test_the_tables_that_queries_know_are_those_that_the_migrations_make(new_desk, table):
    def look(connection):
        found = driver_connection(connection).execute(f"PRAGMA table_info({table.name})").fetchall()
        return {name: (kind, bool(in_key)) for _, name, kind, _, _, in_key in found}

    stored = new_desk.database.read(look)
    assert list(stored) == [column.name for column in table.columns]
    for column in table.columns:
        kind = {"INTEGER": "INTEGER", "TEXT": "TEXT"}.get(str(column.type), "BLOB")
        assert stored[column.name] == (kind, column.primary_key)


def test_no_table_is_unknown_to_the_queries(new_desk):
    names = new_desk.database.read(
        lambda connection: (
            connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
            .scalars()
            .all()
        )
    )
    assert sorted(names) == sorted(schema.METADATA.tables)


def test_an_id_is_sixteen_bytes_in_the_file_and_text_in_python(desk):
    patient, _ = desk.arrival()
    table = schema.pending

    def look(connection):
        raw = connection.exec_driver_sql("SELECT id FROM pending WHERE kind = 'Patient'").scalar()
        text = connection.scalar(select(table.c.id).where(table.c.id == patient))
        nobody = connection.scalars(select(table.c.episode).where(table.c.id == patient)).all()
        return raw, text, nobody

    raw, text, nobody = desk.database.read(look)
    assert (raw, text, nobody) == (bytes.fromhex(patient.replace("-", "")), patient, [None])
    assert NURSE.user
