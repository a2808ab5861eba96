from __future__ import annotations

import sys

import pytest
from sqlcipher3 import dbapi2

from sonar_desktop.db.database import open_database
from sonar_desktop.db.engine import PAGE_BYTES, check_file, driver_connection, writer_engine
from sonar_desktop.db.errors import (
    ForeignFileError,
    StoreBusyError,
    StoreDamagedError,
    StoreNotWritableError,
    WrongKeyError,
)
from sonar_desktop.usecases.errors import BugError, KnownError
from tests.db.clinic import Desk, HeldKey


def test_the_driver_takes_bytes_as_they_are_without_looking_for_an_adapter():
    body = b"{}"
    assert dbapi2.adapt(body) is body


class OddKey:
    """Lends whatever literal it was given."""

    def __init__(self, literal):
        self.literal = literal

    def key_literal(self):
        return self

    def __enter__(self):
        return bytearray(self.literal)

    def __exit__(self, *_):
        pass


class WipedKey:
    def key_literal(self):
        raise KnownError("the key is gone")


@pytest.fixture
def closed(tmp_path):
    """The path of a store with one detainee, closed."""
    desk = Desk(tmp_path / "client.db")
    desk.enrol()
    desk.arrival()
    desk.database.close()
    return desk.path


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def refuses(path, key, error):
    """Opening must raise, and leave every byte in the folder as it was."""
    before = contents(path.parent)
    with pytest.raises(error):
        open_database(path, key)
    assert contents(path.parent) == before


def test_another_key_does_not_open_the_store_and_touches_nothing(closed):
    refuses(closed, HeldKey(secret=b"\x12" * 32), WrongKeyError)


def test_another_pcs_store_is_foreign(closed):
    refuses(closed, HeldKey(secret=b"\x12" * 32, salt=b"\x23" * 16), ForeignFileError)


@pytest.fixture
def no_connection(monkeypatch):
    """From now on nothing may be opened as a database."""

    def refuse(*_, **__):
        raise AssertionError("a database was opened")

    return lambda: monkeypatch.setattr(dbapi2, "connect", refuse)


def test_an_unencrypted_database_is_refused_before_any_connection(tmp_path, no_connection):
    path = tmp_path / "client.db"
    plain = dbapi2.connect(str(path))
    plain.execute("CREATE TABLE t (a)")
    plain.commit()
    plain.close()
    assert path.read_bytes().startswith(b"SQLite format 3")
    no_connection()
    refuses(path, HeldKey(), ForeignFileError)


@pytest.mark.parametrize("content", [b"notes\n", b"x" * 20_000], ids=["short", "long"])
def test_a_file_that_is_no_database_is_refused(tmp_path, content, no_connection):
    path = tmp_path / "client.db"
    path.write_bytes(content)
    if len(content) < PAGE_BYTES:
        no_connection()
    refuses(path, HeldKey(), ForeignFileError)


@pytest.mark.parametrize(
    "literal",
    [b"", b"secret", b"x'" + b"0" * 64 + b"'", b"x'" + b"0" * 95 + b"'", b"x'" + b"Z" * 96 + b"'"],
    ids=["empty", "passphrase", "no salt", "a digit short", "no hexadecimal"],
)
def test_a_key_of_another_form_is_never_handed_to_the_cipher(tmp_path, literal):
    path = tmp_path / "client.db"
    with pytest.raises(BugError):
        open_database(path, OddKey(literal))
    assert contents(tmp_path) == {}


def test_a_wiped_key_opens_nothing(closed):
    refuses(closed, WipedKey(), KnownError)


def test_a_key_wiped_while_the_store_is_open_leaves_it_open_and_refuses_a_new_connection(tmp_path):
    key = HeldKey()
    engine = writer_engine(tmp_path / "client.db", key)
    with engine.connect() as connection:
        key.key_literal = WipedKey().key_literal
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    engine.dispose()
    with pytest.raises(KnownError):
        engine.connect()


def test_a_damaged_header_is_read_with_the_salt_that_the_key_brings(closed):
    with closed.open("r+b") as file:
        file.write(b"\x00" * 16)
    desk = Desk(closed)
    assert len(desk.store.read(lambda look: look.board())) == 1
    desk.database.close()


def test_a_damaged_page_is_told_and_the_file_is_left_as_it_is(closed):
    size = closed.stat().st_size
    with closed.open("r+b") as file:
        for page in range(1, size // PAGE_BYTES):
            file.seek(page * PAGE_BYTES + 100)
            file.write(b"\xff" * 64)
    refuses(closed, HeldKey(), StoreDamagedError)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(StoreNotWritableError):
        open_database(tmp_path / "gone" / "client.db", HeldKey())


def test_a_folder_in_the_stores_place_is_told(tmp_path):
    (tmp_path / "client.db").mkdir()
    with pytest.raises(StoreNotWritableError):
        check_file(tmp_path / "client.db", HeldKey())


def test_a_store_that_another_program_holds_is_told(closed, monkeypatch):
    monkeypatch.setattr("sonar_desktop.db.engine._BUSY_MS", 50)
    monkeypatch.setattr("sonar_desktop.db.engine._SETTINGS", ("PRAGMA busy_timeout = 50",))
    other = writer_engine(closed, HeldKey())
    with other.connect() as holder:
        raw = driver_connection(holder)
        raw.execute("PRAGMA locking_mode = EXCLUSIVE")
        raw.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusyError):
            open_database(closed, HeldKey())
        raw.execute("ROLLBACK")
    other.dispose()


def test_the_settings_that_safety_rests_on_hold_on_both_connections(desk):
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "temp_store": 2,
        "mmap_size": 0,
        "busy_timeout": 5000,
    }

    def settings(connection):
        return {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in (*wanted, "cache_size", "query_only", "cipher_version")
        }

    writer = desk.database.write(0, settings)
    reader = desk.database.read(settings)
    for found in (writer, reader):
        assert {name: found[name] for name in wanted} == wanted
        assert found["cipher_version"].startswith("4.")
    assert (writer["cache_size"], writer["query_only"]) == (-16 * 1024, 0)
    assert (reader["cache_size"], reader["query_only"]) == (-24 * 1024, 1)


def test_the_reader_cannot_write(desk):
    with pytest.raises(StoreNotWritableError):
        desk.database.read(
            lambda connection: connection.exec_driver_sql("INSERT INTO setting VALUES ('a', 'b')")
        )


_OPENED: list[str] = []
_WATCHING = [False]


def _watch(name, arguments):
    if _WATCHING[0] and name == "open" and "client.db" in str(arguments[0]):
        _OPENED.append(str(arguments[0]))


sys.addaudithook(_watch)  # for good: Python has no way to take one back


def test_nothing_but_sqlcipher_opens_the_file_while_it_is_in_use(desk):
    _OPENED.clear()
    _WATCHING[0] = True
    try:
        patient, episode = desk.arrival()
        desk.note(patient, episode, "settled")
        desk.store.read(lambda look: look.of_patient(patient))
        desk.sync.recomputed_digest("s")
    finally:
        _WATCHING[0] = False
    assert _OPENED == []


def test_the_watch_for_opened_files_sees_one(desk):
    _OPENED.clear()
    _WATCHING[0] = True
    try:
        with (desk.path.parent / "client.db-not").open("wb"):
            pass
    finally:
        _WATCHING[0] = False
    assert len(_OPENED) == 1
