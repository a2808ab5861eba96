"""No page of store, copy or journal can be told from noise, and no other program reads one (A2)."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
import sqlcipher3.dbapi2

from sonar_desktop.db.copies import copy_of, make_copy
from tests.db.conftest import pc

__all__ = ["pc"]
PAGE = 4096
LEAST_BITS = 7.9
"""A byte of 4,096 random ones has 7.955 bits, with a deviation of 0.004: this is far below."""
PEOPLE = 12


def bits(page: bytes) -> float:
    """How much a byte of the page says, by how often each value is in it (Shannon)."""
    counts = Counter(page).values()
    return -sum(count / len(page) * math.log2(count / len(page)) for count in counts)


def plain_pages(content: bytes) -> list[int]:
    """The whole pages that are no noise."""
    whole = range(0, len(content) - PAGE + 1, PAGE)
    return [at // PAGE for at in whole if bits(content[at : at + PAGE]) < LEAST_BITS]


@pytest.fixture
def filled(pc):
    for number in range(PEOPLE):
        patient, stay = pc.arrival(family=f"Marshall {number}")
        for line in range(5):
            pc.note(patient, stay, f"Settled and talking, hour {line}. " * 20)
    make_copy(pc.path, pc.key)
    return pc


def journal_of(path: Path) -> list[Path]:
    return sorted(path.parent.rglob("journal/*"))


def test_every_page_of_store_copy_and_journal_is_noise(filled):
    running = [filled.path, filled.path.with_name("client.db-wal"), copy_of(filled.path)]
    files = [*running[1:], *journal_of(filled.path)]
    assert len(files) >= 3, "log, copy and a journal"
    contents = {file.name: file.read_bytes() for file in files}
    filled.opened.close()
    contents["client.db"] = filled.path.read_bytes()
    assert sum(map(len, contents.values())) > 100 * PAGE
    # A frame of the log has a head of 24 bytes, a page of the store is larger than what is weighed.
    assert {name: plain_pages(content) for name, content in contents.items()} == {
        name: [] for name in contents
    }


def test_the_same_rows_without_a_key_would_be_found(tmp_path):
    plain = tmp_path / "plain.db"
    with sqlite3.connect(plain) as connection:
        connection.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)")
        lines = [(f"Settled and talking, hour {number}. " * 20,) for number in range(300)]
        connection.executemany("INSERT INTO note (body) VALUES (?)", lines)
    connection.close()
    content = plain.read_bytes()
    assert len(plain_pages(content)) == len(content) // PAGE


@pytest.mark.parametrize("module", [sqlite3, sqlcipher3.dbapi2], ids=["sqlite3", "no key"])
@pytest.mark.parametrize("name", ["client.db", "client.db.copy"])
def test_without_the_key_no_program_reads_a_row(filled, module, name):
    filled.opened.close()
    file = filled.path.with_name(name)
    before = file.read_bytes()
    connection = module.connect(str(file))
    with pytest.raises(module.DatabaseError):
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.close()
    assert file.read_bytes() == before


def test_with_another_key_neither(filled):
    filled.opened.close()
    connection = sqlcipher3.dbapi2.connect(str(filled.path))
    connection.set_key(bytearray(b"x'" + b"ab" * 48 + b"'"))
    with pytest.raises(sqlcipher3.dbapi2.DatabaseError):
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.close()
