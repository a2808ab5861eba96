"""The side journal: each entry signed on this PC stands a second time, in files beside the store.

One bad page of the store, or a store put back to an older copy, takes entries along that no server
has. An action's operations are here before the store has them, for this PC's store key and for the
organisation (`journal_segment`).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog

from sonar_core.sync.operations import Operation, header_of
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.journal_ports import Journalled, Kept
from sonar_desktop.vault.atomic_file import sync_folder
from sonar_desktop.vault.errors import NotWritten, RecoveryRefused
from sonar_desktop.vault.journal_segment import (
    MOST_OPENING_BYTES,
    Record,
    Sealing,
    SegmentDamagedError,
    SegmentHead,
    head_of,
    is_barely_begun,
    segment_of,
)
from sonar_desktop.vault.keys import SecretBox, derived, unwrap, wrap
from sonar_desktop.vault.recovery import seal

DOMAIN: Final = b"sonar/journal/v1"
MOST_BYTES: Final = 8 << 20
"""Above this a segment is full and the next one begins."""
NOTHING: Final = Kept((), is_whole=False)
_FILES: Final = "entries-*.journal"
_EVER: Final = "entries-*"
"""With what was put aside: a number given again could put a second one in its place."""

_log: Final = structlog.get_logger("journal")


class SideJournal:
    """Implements `Journal` over a folder; any thread may call it."""

    def __init__(self, folder: Path, dek: SecretBox) -> None:
        """Take the folder, which is made with the first entry, and the store key."""
        self._folder = folder
        self._wrapping = derived(dek.exposed(), salt=None, info=DOMAIN)
        self._gate = threading.Lock()
        self._file: int | None = None
        self._sealing: Sealing | None = None
        self._written = self._appended = 0
        self._is_refused = False

    @property
    def is_refused(self) -> bool:
        """Whether the disk did not take the last action: it stands in the store alone."""
        return self._is_refused

    def append(self, operations: Sequence[Operation], *, device: str, sealed_to: bytes) -> None:
        """Put an action's operations on disk, before the store commits them.

        A disk that does not take them stops no entry: the store says what is wrong with it.
        """
        with self._gate:
            try:
                if self._file is None or self._written >= MOST_BYTES:
                    self._begin(device, sealed_to)
                self._write(Record(tuple(operations)))
                os.fsync(self._open_file())
                self._appended = header_of(operations[-1]).op_seq
                self._is_refused = False
            except (OSError, RecoveryRefused) as error:
                self._give_up(error)

    def confirm(self, number: int) -> None:
        """Note that the store has the operation of that number, and all before it.

        Not waited for until it is on disk: a power cut may take the word along, a killed program
        does not. What another action follows needs none.
        """
        with self._gate, suppress(OSError):
            if self._file is not None and self._appended == number:
                self._appended = 0
                self._write(Record())

    def newest_first(self) -> Iterator[Kept]:
        """Yield what is in each file, the newest first; of a damaged one its true beginning."""
        for path in reversed(self._files()):
            yield self._read(path)

    def forget(self, is_over: Callable[[Sequence[Journalled]], bool]) -> int:
        """Delete the oldest files of which nothing is needed any more; return how many went.

        Not deleted but put aside, under another name, is what may hold entries that cannot be
        read: a file that ends within its first entry, one that the next does not follow on, and
        any other that cannot be read, once the next that can be read is over. A file that was cut
        off while it was begun holds nothing and goes.
        """
        gone = 0
        unread: list[Path] = []
        over: tuple[Path, Kept] | None = None
        for path in self._files():
            kept = self._read(path)
            if not kept.actions:
                unread.append(path)
                continue
            if over is not None:
                gone += _let_go(*over, later=kept)
                over = None
            if not is_over(kept.actions):
                break
            gone += sum(map(_leave, unread))
            unread = []
            over = path, kept
        return gone if over is None else gone + _let_go(*over, later=None)

    def close(self) -> None:
        """Let go of the file."""
        with self._gate:
            self._end()
            self._wrapping.wipe()

    def _end(self) -> None:
        if self._file is not None:
            with suppress(OSError):
                os.close(self._file)
        self._file = self._sealing = None

    def _begin(self, device: str, sealed_to: bytes) -> None:
        """Begin a new file: its number is one above every other."""
        self._end()
        self._folder.mkdir(mode=0o700, exist_ok=True)
        taken = (max(_number(path), _named(path)) for path in self._folder.glob(_EVER))
        number = max(taken, default=0) + 1
        path = self._folder / f"entries-{number:08}.journal"
        with SecretBox.random() as key:
            head = SegmentHead(
                device=device,
                number=number,
                wrapped=wrap(self._wrapping, key, DOMAIN),
                recovery=seal(key, sealed_to),
            )
            self._sealing = Sealing(head, key)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        self._file = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)
        self._written = self._appended = 0
        self._put(self._file, self._sealing.opening)
        sync_folder(self._folder)
        # The folder's own name, where this is its first file.
        sync_folder(self._folder.parent)

    def _write(self, record: Record) -> None:
        if self._sealing is not None:
            self._put(self._open_file(), self._sealing.sealed(record))

    def _open_file(self) -> int:
        if self._file is None:
            raise BugError("the journal has no file")
        return self._file

    def _put(self, file: int, content: bytes) -> None:
        left = memoryview(content)
        while left:
            left = left[os.write(file, left) :]
        self._written += len(content)

    def _give_up(self, error: Exception) -> None:
        """Leave a file that may end in the middle of a record; the next entry begins another."""
        _log.warning("journal_not_written", reason=type(error).__name__)
        self._is_refused = True
        self._end()

    def _read(self, path: Path) -> Kept:
        try:
            content = path.read_bytes()
            key = unwrap(self._wrapping, head_of(content).wrapped, DOMAIN)
        except (OSError, SegmentDamagedError) as error:
            _log.warning("journal_unreadable", reason=type(error).__name__)
            return NOTHING
        if key is None:
            _log.warning("journal_unreadable", reason="another key")
            return NOTHING
        with key:
            kept = segment_of(content, key)
        if not kept.is_whole:
            # A stop within an entry that nobody was told is saved, or a disk that spoilt it.
            _log.warning("journal_cut_off", actions=len(kept.actions))
        return kept

    def _files(self) -> list[Path]:
        """Return the files in the order in which they were written, whatever they are called."""
        return sorted(self._folder.glob(_FILES), key=lambda path: (_number(path), path.name))


def _number(path: Path) -> int:
    """Return a file's number: its head's, or, where that cannot be read, its name's."""
    with suppress(OSError, SegmentDamagedError), path.open("rb") as file:
        if number := head_of(file.read(MOST_OPENING_BYTES)).number:
            return number
    return _named(path)


def _named(path: Path) -> int:
    digits = path.stem.partition("-")[2]
    return int(digits) if digits.isascii() and digits.isdecimal() else 0


def _let_go(path: Path, kept: Kept, later: Kept | None) -> int:
    """Delete a file of which nothing is needed, or put it aside; return how many went.

    One that is not whole stays until there is a later one to compare it with.
    """
    if kept.is_whole or (later is not None and _follows_on(kept, later)):
        return _deleted(path)
    if later is not None:
        _put_aside(path)
    return 0


def _follows_on(kept: Kept, later: Kept) -> bool:
    """Return whether a file begins with the number that comes next: nothing is missing between.

    A number that was given and not committed is given again.
    """
    last = header_of(kept.actions[-1].operations[-1]).op_seq
    return header_of(later.actions[0].operations[0]).op_seq <= last + 1


def _leave(path: Path) -> int:
    """Delete a file that was cut off while it was begun, else put it aside; return the deleted."""
    with suppress(OSError):
        if is_barely_begun(path.read_bytes()):
            return _deleted(path)
        _put_aside(path)
    return 0


def _deleted(path: Path) -> int:
    with suppress(OSError):
        path.unlink()
        return 1
    return 0


def _put_aside(path: Path) -> None:
    """Rename a file so that it is no part of the journal any more; nothing of it is changed."""
    _log.warning("journal_put_aside", number=_number(path))
    with suppress(OSError):
        path.rename(path.with_suffix(".aside"))


def remove_journal(folder: Path) -> None:
    """Delete the files of the side journal, once a server has all of it (decision 27).

    What was put aside stays: nobody knows all that it holds.

    Raises:
        NotWritten: some are still there.
    """
    try:
        for path in folder.glob(_FILES):
            path.unlink(missing_ok=True)
    except OSError:
        raise NotWritten from None
