from __future__ import annotations

import logging

import pytest
from sqlalchemy import text
from sqlcipher3 import dbapi2

from sonar_desktop.db import errors
from sonar_desktop.db.errors import StoreError, translated, translation_of
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.errors import BugError, KnownError

CANARY = "Quillfeather"
KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, StoreError) and kind is not StoreError
]


def sqlite_error(code):
    error = dbapi2.OperationalError(f"words with {CANARY} in them")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_error_says_its_own_sentence_to_the_user_and_nothing_to_the_log(kind):
    error = kind()
    assert isinstance(error, KnownError)
    assert error.user_message.endswith(".")
    assert len(error.user_message) > 60
    assert str(error) == ""


def test_no_two_errors_say_the_same():
    assert len({kind.sentence for kind in KINDS}) == len(KINDS) == 13


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (dbapi2.SQLITE_FULL, errors.StoreFullError),
        (dbapi2.SQLITE_CORRUPT, errors.StoreDamagedError),
        (dbapi2.SQLITE_NOTADB, errors.StoreDamagedError),
        (dbapi2.SQLITE_READONLY, errors.StoreNotWritableError),
        (dbapi2.SQLITE_CANTOPEN, errors.StoreNotWritableError),
        (dbapi2.SQLITE_BUSY, errors.StoreBusyError),
        (dbapi2.SQLITE_BUSY | 5 << 8, errors.StoreBusyError),
        (dbapi2.SQLITE_IOERR | 3 << 8, errors.StoreFailingError),
    ],
)
def test_what_sqlite_says_becomes_the_worlds_fault(code, kind):
    with pytest.raises(kind) as caught, translated():
        raise sqlite_error(code)
    assert caught.value.__cause__ is None


def test_what_the_store_refuses_is_our_fault_and_named_without_its_words():
    with pytest.raises(BugError) as caught, translated():
        raise sqlite_error(dbapi2.SQLITE_CONSTRAINT)
    assert CANARY not in str(caught.value)
    assert translation_of(ValueError()) is None


def test_no_value_stands_in_an_error_or_in_the_log(desk, caplog):
    caplog.set_level(logging.DEBUG)

    def work(connection):
        statement = text("INSERT INTO setting (name, value) VALUES (:name, :value)")
        connection.execute(statement, [{"name": "a", "value": CANARY}] * 2)

    with pytest.raises(BugError) as caught:
        desk.database.write(Priority.USER, work)
    assert CANARY not in repr(caught.value)
    assert CANARY not in caplog.text
