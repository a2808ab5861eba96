"""Opening the encrypted store: the key, five checks that fail closed, and the settings.

SQLCipher makes an unencrypted file when a key goes wrong and work goes on (security.md 2.3), so
that nothing is done on a connection before all five checks have passed.
"""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from sonar_desktop.db.errors import (
    ForeignFileError,
    StoreDamagedError,
    StoreError,
    StoreNotWritableError,
    WrongKeyError,
    translated,
    translation_of,
)
from sonar_desktop.usecases.errors import BugError

WRITER_CACHE_KIB: Final = 16 * 1024
READER_CACHE_KIB: Final = 24 * 1024

_LITERAL: Final = re.compile(rb"x'[0-9a-f]{96}'")
_SALT: Final = slice(66, 98)
_SALT_BYTES: Final = 16
_PLAIN: Final = b"SQLite format 3"
PAGE_BYTES: Final = 16384
"""Four times what SQLCipher takes: a first sync encrypts less. Fixed when a file is made."""
_PAGE_MAC: Final = "HMAC_SHA256"
"""Seals each page; of SQLCipher's own HMAC-SHA-512 the processors have no instruction."""
_MOST_LOG_PAGES: Final = 4000
"""64 MiB. The write-ahead log is emptied while nobody waits (`_tidy`), not in somebody's save."""
_BUSY_MS: Final = 5000
_SETTINGS: Final = (
    f"PRAGMA busy_timeout = {_BUSY_MS}",
    "PRAGMA synchronous = FULL",
    f"PRAGMA wal_autocheckpoint = {_MOST_LOG_PAGES}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA mmap_size = 0",
)

# The driver asks how to adapt each value that is no int, float, str or bytearray. Bytes had no
# answer: each id and body went through failing look-ups, which was half of what an insert took.
dbapi2.register_adapter(bytes, bytes)


class StoreKey(Protocol):
    """The key of the store, in memory that can be wiped."""

    def key_literal(self) -> AbstractContextManager[bytearray]:
        """Lend SQLCipher's raw key and salt, `x'<64 hex><32 hex>'`, wiped when given back."""


def check_file(path: Path, key: StoreKey) -> None:
    """Look at the file's first bytes, once, before this process has any connection to it.

    A second open of the file while SQLite has it would drop SQLite's locks (security.md 0, 3).

    Raises:
        ForeignFileError: an unencrypted database, or a file too short or headed by another salt.
        StoreNotWritableError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_SALT_BYTES)
            size = file.seek(0, 2)
    except FileNotFoundError:
        return
    except OSError:
        raise StoreNotWritableError from None
    if not head:
        return  # made and never written: SQLite's own state of a new file
    with key.key_literal() as literal:
        salt = bytes.fromhex(literal[_SALT].decode("ascii"))
    if head.startswith(_PLAIN) or size < PAGE_BYTES:
        raise ForeignFileError
    if head != salt and not _opens(path, key):
        raise ForeignFileError


def writer_engine(path: Path, key: StoreKey) -> Engine:
    """Return the engine of the one connection that writes; transactions begin immediately."""

    def connect() -> dbapi2.Connection:
        connection = _keyed(str(path), key, uri=False)
        with translated():
            _set(connection, WRITER_CACHE_KIB)
            if connection.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
                connection.close()
                raise StoreNotWritableError
        return connection

    return _engine(connect, "BEGIN IMMEDIATE")


def reader_engine(path: Path, key: StoreKey) -> Engine:
    """Return the engine of the one connection that only reads; made after the writer's."""

    def connect() -> dbapi2.Connection:
        connection = _keyed(f"{path.absolute().as_uri()}?mode=ro", key, uri=True)
        with translated():
            _set(connection, READER_CACHE_KIB)
            connection.execute("PRAGMA query_only = ON")
        return connection

    return _engine(connect, "BEGIN")


def backup(source: Connection, target: Path, key: StoreKey) -> None:
    """Copy the store into a new encrypted file beside it, through SQLite; same key."""
    copy = _keyed(str(target), key, uri=False)
    try:
        with translated():
            driver_connection(source).backup(copy)
    finally:
        copy.close()


def plain_connection(path: Path, key: StoreKey, *, reads_only: bool = False) -> dbapi2.Connection:
    """Return SQLite's own connection, checked, for what is no work on the open store.

    That is: copying it, and reading what is left of a damaged one.
    """
    if reads_only:
        return _keyed(f"{path.absolute().as_uri()}?mode=ro", key, uri=True)
    return _keyed(str(path), key, uri=False)


def check_pages(connection: dbapi2.Connection) -> None:
    """Read every page that holds anything; raise StoreDamagedError."""
    with translated():
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise StoreDamagedError


def driver_connection(connection: Connection) -> dbapi2.Connection:
    """Return SQLite's own connection, for bulk work and for what must run outside transactions."""
    return connection.connection.driver_connection


def _engine(connect: object, begin: str) -> Engine:
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=connect,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
    )
    # sqlcipher3 would begin lazily and deferred: a transaction that reads first could then fail
    # to write. The driver is told not to begin at all.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _set(connection: dbapi2.Connection, cache_kib: int) -> None:
    for statement in (*_SETTINGS, f"PRAGMA cache_size = -{cache_kib}"):
        connection.execute(statement)


def _keyed(path: str, key: StoreKey, *, uri: bool) -> dbapi2.Connection:
    """Return an open connection that has passed the checks, or close it and raise."""
    with key.key_literal() as literal:
        if _LITERAL.fullmatch(literal) is None:
            # SQLCipher would take anything else for a passphrase, silently.
            raise BugError("a store key is 32 bytes of key and 16 of salt in hexadecimal")
        try:
            connection = dbapi2.connect(
                path, isolation_level=None, check_same_thread=False, uri=uri
            )
        except dbapi2.Error:
            raise StoreNotWritableError from None
        try:
            # SQLCipher writes its errors to standard error unless told otherwise.
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.set_key(literal)
            connection.execute(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
            connection.execute(f"PRAGMA cipher_hmac_algorithm = {_PAGE_MAC}")
            _check_cipher(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _check_cipher(connection: dbapi2.Connection) -> None:
    try:
        version = connection.execute("PRAGMA cipher_version").fetchone()
        if not version or not version[0]:
            raise BugError("this build of SQLite does not encrypt")
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if connection.execute("PRAGMA cipher_status").fetchone() != ("1",):
            raise BugError("SQLCipher says that the store is not encrypted")
    except dbapi2.Error as error:
        if getattr(error, "sqlite_errorcode", None) == dbapi2.SQLITE_NOTADB:
            # Said of the first page only: SQLCipher cannot tell a wrong key from damage there.
            raise WrongKeyError from None
        raise translation_of(error) or StoreDamagedError() from None


def _opens(path: Path, key: StoreKey) -> bool:
    """Whether the key opens a file whose first 16 bytes are damaged; it brings the salt."""
    try:
        _keyed(str(path), key, uri=False).close()
    except StoreError:
        return False
    return True
