"""The store's tables as queries see them. Their truth is in `migrations/`; a test compares both.

Ids are 16 bytes in the file and canonical text in Python, except in the bulk path (ingest.py).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    Column,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    literal_column,
)
from sqlalchemy.types import TypeDecorator

from sonar_core import ids


class OpState(StrEnum):
    """Where one of this PC's operations is."""

    WAITING = "waiting"
    HELD = "held"
    ACKED = "acked"


class Id(TypeDecorator[str]):
    """An id: text in Python, 16 bytes in the file."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Return the bytes of an id."""
        del dialect
        return None if value is None else ids.to_bytes(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Return the text of an id."""
        del dialect
        return None if value is None else ids.from_bytes(value)


METADATA: Final = MetaData()


def _row_columns() -> tuple[Column[Any], ...]:
    return (
        Column("kind", Text),
        Column("id", Id),
        Column("version", Integer),
        Column("scope", Text),
        Column("seq", Integer),
        Column("commit_no", Integer),
        Column("patient", Id),
        Column("episode", Id),
        Column("at_ms", Integer),
        Column("body", LargeBinary),
        Column("provenance", LargeBinary),
        Column("row_hash", LargeBinary),
    )


record = Table("record", METADATA, *_row_columns())
ROW_COLUMNS: Final = ", ".join(column.name for column in record.columns)
"""As statements name them that go past SQLAlchemy, for many rows."""
version = Table("version", METADATA, *_row_columns())
unheld = Table("unheld", METADATA, *_row_columns(), Column("operation", Text))
"""Versions that the server's log had and has lost."""
spoilt = Table("spoilt", METADATA, *_row_columns(), Column("incident", Text))
"""Rows that stood in the tables and were not what the server had sent, as they were found."""
incident = Table(
    "incident",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("scope", Text),
    Column("epoch", Integer),
    Column("seq", Integer),
    Column("found_ms", Integer),
    Column("found_by", Text),
    Column("records", Integer),
    Column("healed_ms", Integer),
    Column("tries", Integer),
    Column("heal_ms", Integer),
    Column("tell_ms", Integer),
    Column("is_told", Integer),
)
self_check = Table(
    "self_check",
    METADATA,
    Column("only_one", Integer, primary_key=True),
    Column("checked_ms", Integer),
)
anchor = Table(
    "anchor",
    METADATA,
    Column("incarnation", Integer, primary_key=True),
    Column("op_seq", Integer),
    Column("body", LargeBinary),
    Column("signature", LargeBinary),
)
"""The furthest place that the server has countersigned of each incarnation's chain."""
horizon = Table(
    "horizon", METADATA, Column("scope", Text, primary_key=True), Column("seq", Integer)
)
retired = Table(
    "retired",
    METADATA,
    Column("scope", Text, primary_key=True),
    Column("episode", Id, primary_key=True),
    Column("patient", Id),
    Column("seq", Integer),
    Column("is_gone", Integer),
    Column("is_moved", Integer),
)
"""Stays that a scope's log says have left; `is_moved` those that are at another suite now."""
LEAVING = retired.c.is_gone == literal_column("0")
"""The condition of the index `retired_leaving`, letter by letter, as for `NOT_ACKED`."""
COUNTS = (
    "NOT EXISTS (SELECT 1 FROM retired WHERE retired.scope = {table}.scope "
    "AND retired.episode = {table}.episode AND retired.patient = {table}.patient)"
)
"""The rows of a table that count in a digest, as a condition in SQL."""
place = Table(
    "place",
    METADATA,
    Column("scope", Text, primary_key=True),
    Column("commit_no", Integer, primary_key=True),
    Column("seq", Integer),
    Column("chain", LargeBinary),
)
"""Where this PC stood in a scope's log, beside what its rows tell."""
disk_finding = Table(
    "disk_finding",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("found_ms", Integer),
    Column("sort", Text),
    Column("actions", Integer),
    Column("first", Integer),
    Column("last", Integer),
    Column("copied_ms", Integer),
    Column("aside", Text),
    Column("has_drafts", Integer),
    Column("is_over", Integer),
)
"""What this PC found of its own disk at an opening."""
removal_freeze = Table(
    "removal_freeze",
    METADATA,
    Column("at_ms", Integer),
    Column("kinds", Text),
    Column("lifted_ms", Integer),
)
"""When and over what the breaker tripped; while a line is not lifted, nothing leaves."""
revoked_scope = Table(
    "revoked_scope",
    METADATA,
    Column("scope", Text, primary_key=True),
    Column("state", Text),
)
"""Scopes that this PC may not hold, with what becomes of its copy (`CopyState` of the core)."""
safe_point = Table(
    "safe_point",
    METADATA,
    Column("op_seq", Integer, primary_key=True),
    Column("server_ms", Integer),
    Column("own_ms", Integer),
)
"""How far this PC's own operations were safe, and when."""
own_op = Table(
    "own_op",
    METADATA,
    Column("op_seq", Integer, primary_key=True),
    Column("op_id", Text),
    Column("txn_id", Text),
    Column("kind", Text),
    Column("entity", Id),
    Column("header", LargeBinary),
    Column("payload", LargeBinary),
    Column("signature", LargeBinary),
    Column("written_ms", Integer),
    Column("state", Text),
    Column("verdict", Text),
    Column("reason", Text),
    Column("detail", Text),
    Column("version", Integer),
    Column("settled_ms", Integer),
    Column("follows", Id),
)
NOT_ACKED = own_op.c.state != literal_column("'acked'")
"""The condition of the index `own_op_open`, letter by letter: with a bound value SQLite would not
know that the index serves, and would walk over everything ever sent."""
op_effect = Table(
    "op_effect",
    METADATA,
    Column("op_seq", Integer, primary_key=True),
    Column("kind", Text),
    Column("id", Id, primary_key=True),
    Column("settles_at", Integer),
)
pending = Table(
    "pending",
    METADATA,
    Column("kind", Text),
    Column("id", Id, primary_key=True),
    Column("version", Integer),
    Column("patient", Id),
    Column("episode", Id),
    Column("at_ms", Integer),
    Column("body", LargeBinary),
    Column("provenance", LargeBinary),
)
dispute = Table(
    "dispute",
    METADATA,
    Column("conflict", Id, primary_key=True),
    Column("subject", Id, primary_key=True),
)
board_row = Table(
    "board_row",
    METADATA,
    Column("episode", Id, primary_key=True),
    Column("patient", Id),
    Column("row", LargeBinary),
)
cursor = Table(
    "cursor",
    METADATA,
    Column("scope", Text, primary_key=True),
    Column("epoch", Integer),
    Column("seq", Integer),
    Column("commit_no", Integer),
    Column("chain", LargeBinary),
    Column("digest", LargeBinary),
)
snapshot = Table(
    "snapshot",
    METADATA,
    Column("scope", Text, primary_key=True),
    Column("epoch", Integer),
    Column("seq", Integer),
    Column("commit_no", Integer),
    Column("chain", LargeBinary),
    Column("unattached", Integer),
    Column("unattached_held", Integer),
    Column("unattached_done", Integer),
    Column("total_rows", Integer),
    Column("done_rows", Integer),
)
snapshot_patient = Table(
    "snapshot_patient",
    METADATA,
    Column("scope", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("patient", Id),
    Column("board_rows", Integer),
    Column("other_rows", Integer),
    Column("board_done", Integer),
    Column("other_done", Integer),
)
draft = Table(
    "draft",
    METADATA,
    Column("author", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("form", Text),
    Column("episode", Text),
    Column("body", LargeBinary),
    Column("place", Text),
    Column("saved_ms", Integer),
)
setting = Table("setting", METADATA, Column("name", Text, primary_key=True), Column("value", Text))
device = Table(
    "device",
    METADATA,
    Column("only_one", Integer, primary_key=True),
    Column("device", Text),
    Column("incarnation", Integer),
    Column("site", Text),
    Column("site_name", Text),
    Column("organisation", Text),
    Column("zone", Text),
    Column("server_id", Text),
    Column("scopes", LargeBinary),
    Column("identity", LargeBinary),
    Column("lease_public", LargeBinary),
    Column("recovery_public", LargeBinary),
    Column("next_seq", Integer),
    Column("prev_hash", Text),
    Column("hlc", Text),
    Column("first_seq", Integer),
)
contact = Table(
    "contact",
    METADATA,
    Column("only_one", Integer, primary_key=True),
    Column("contact_ms", Integer),
    Column("server_ms", Integer),
)
store_state = Table(
    "store_state",
    METADATA,
    Column("only_one", Integer, primary_key=True),
    Column("is_clean", Integer),
)
purge = Table("purge", METADATA, Column("name", Text))
store_version = Table("store_version", METADATA, Column("version", Integer))
