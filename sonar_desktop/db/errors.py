"""What can go wrong with the store, each with its own sentence, and how SQLite says it.

KnownError
└── StoreError
    ├── WrongKeyError          the key of this PC does not open the file
    ├── ForeignFileError       a file lies in the store's place that is not this PC's store
    ├── StoreDamagedError      pages are unreadable
    ├── StoreTooNewError       written by a newer program
    ├── StoreFullError         no room on the disk
    ├── StoreNotWritableError  folder missing, or not ours to write
    ├── StoreBusyError         another program holds the file
    ├── StoreFailingError      the disk answered with an error
    ├── UnwritableError        an entry that no record can hold
    ├── NewerRecordError       a record that only a newer program can read
    ├── SyncHoleError          rows that do not follow what is stored
    ├── MassRemovalError       more would have left this PC than its logs explain
    └── RowClashError          two different contents under one record version

No message quotes SQL, parameters or a path: they could name a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Final

from sqlalchemy.exc import DBAPIError, StatementError
from sqlcipher3 import dbapi2

from sonar_desktop.usecases.errors import BugError, KnownError, NotHereError


class StoreError(KnownError):
    """Base of everything the store reports; `sentence` is the class's own user message."""

    sentence: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.sentence)


class WrongKeyError(StoreError):
    """The file is this PC's store, and the key does not open it."""

    sentence = (
        "The records on this PC cannot be opened: the key does not fit the file, or its first "
        "page is damaged. The file has been left as it is. Tell IT before doing anything else."
    )


class ForeignFileError(StoreError):
    """The file is not the store that belongs to this key."""

    sentence = (
        "The file in the place of this PC's records is not its records. It has been left as it "
        "is and nothing was written. Tell IT: they can put the right file back."
    )


class StoreDamagedError(StoreError):
    """Part of the file cannot be read."""

    sentence = (
        "Part of the records file on this PC is damaged. It has been left as it is. Do not rely "
        "on what this PC shows; use another PC or paper. Close SONAR and start it again: it puts "
        "the file right where it has a sound copy. If this comes again, tell IT at once."
    )


class StoreTooNewError(StoreError):
    """The file was last used by a newer program."""

    sentence = (
        "The records on this PC were last used by a newer version of SONAR. Nothing was changed. "
        "Start the newer version, or ask IT to update this one."
    )


class StoreFullError(StoreError):
    """The disk is full."""

    sentence = (
        "The disk of this PC is full: what you just entered has not been saved. Everything saved "
        "before is safe. Keep this page open, free some space, then try again."
    )


class StoreNotWritableError(StoreError):
    """The folder or the file cannot be written."""

    sentence = (
        "SONAR may not write in its folder on this PC, so nothing can be saved. "
        "What was saved before is untouched. Tell IT that the folder's rights are wrong."
    )


class StoreBusyError(StoreError):
    """Another program holds the file."""

    sentence = (
        "Another program is holding the records file of this PC, perhaps a second SONAR or a "
        "backup. Nothing was changed. Close it and try again."
    )


class StoreFailingError(StoreError):
    """The disk refused to read or write."""

    sentence = (
        "The disk of this PC reported an error: what you just entered may not have been saved. "
        "Check whether it is shown, write it on paper if it is not, and tell IT at once."
    )


class UnwritableError(StoreError):
    """What was entered is longer than a record may be, or holds half a character."""

    sentence = (
        "This entry is too long to be kept as one, or holds a character that is damaged. Nothing "
        "was saved, and what you typed is still here: divide it into two entries, or type it anew."
    )


class NewerRecordError(StoreError):
    """A record cannot be shown because a newer program wrote it."""

    sentence = (
        "Part of this record was written by a newer version of SONAR and cannot be shown here. "
        "Do not rely on what is missing. Look on another PC and ask IT for the update."
    )


class SyncHoleError(StoreError):
    """Rows came that do not follow the ones stored; none of them was kept."""

    sentence = (
        "What the server sent does not follow what this PC holds, so it was not taken. Your "
        "entries are safe. It is fetched again by itself; tell IT if this stays."
    )


class RowClashError(StoreError):
    """The server sent another content for a version that this PC holds; it was not taken."""

    sentence = (
        "This PC and the server hold different contents for the same entry. Neither was changed. "
        "Your entries are safe. Tell IT."
    )


class MassRemovalError(StoreError):
    """A removal was about to take what no log explains; nothing was taken. `kinds` says of what."""

    sentence = (
        "More records would have left this PC than its log explains. Nothing was removed, and "
        "nothing will be until IT has looked. Your entries are safe: go on as ever, and tell IT."
    )

    def __init__(self, kinds: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.kinds = kinds


_BY_CODE: Final[dict[int, type[StoreError]]] = {
    dbapi2.SQLITE_FULL: StoreFullError,
    dbapi2.SQLITE_CORRUPT: StoreDamagedError,
    dbapi2.SQLITE_NOTADB: StoreDamagedError,
    dbapi2.SQLITE_READONLY: StoreNotWritableError,
    dbapi2.SQLITE_PERM: StoreNotWritableError,
    dbapi2.SQLITE_CANTOPEN: StoreNotWritableError,
    dbapi2.SQLITE_BUSY: StoreBusyError,
    dbapi2.SQLITE_LOCKED: StoreBusyError,
    dbapi2.SQLITE_IOERR: StoreFailingError,
}
_PRIMARY_CODE: Final = 0xFF


def translation_of(error: BaseException) -> StoreError | None:
    """Return the world's fault behind a database error, None where the fault is ours."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(origin, "sqlite_errorcode", None)
    if code is None:
        return None
    kind = _BY_CODE.get(code & _PRIMARY_CODE)
    return None if kind is None else kind()


@contextmanager
def translated() -> Iterator[None]:
    """Turn SQLite's errors into ours; what is left is our own fault, without its values."""
    try:
        yield
    except (DBAPIError, dbapi2.Error) as error:
        known = translation_of(error)
        if known is not None:
            raise known from None
        origin = error.orig if isinstance(error, DBAPIError) else error
        name = getattr(origin, "sqlite_errorname", type(origin).__name__)
        raise BugError(f"the store was asked for something it refuses: {name}") from None
    except StatementError as error:
        if not isinstance(error.orig, ValueError):
            raise
        # What stands in a record for another's id is none: its row is spoilt.
        raise NotHereError from None
