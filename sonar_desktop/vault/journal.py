"""The side journal: each entry signed on this PC stands a second time, in files beside the store.

One bad page of the store, or a store put back to an older copy, takes entries along that no server
has. An action's operations are here before the store has them, for this PC's store key and for the
organisation (`journal_segment`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog

from sonar_core.sync.operations import Operation, header_of
from sonar_desktop.usecases.journal_ports import Journalled
from sonar_desktop.vault.atomic_file import sync_folder
from sonar_desktop.vault.errors import NotWritten
from sonar_desktop.vault.journal_segment import (
    MOST_OPENING_BYTES,
    Record,
    Sealing,
    SegmentDamagedError,
    SegmentHead,
    head_of,
    is_barely_begun,
    is_torn_at_its_first_entry,
    segment_of,
)
from sonar_desktop.vault.keys import SecretBox, derived, unwrap, wrap
from sonar_desktop.vault.recovery import seal

DOMAIN: Final = b"sonar/journal/v1"
MOST_BYTES: Final = 8 << 20
"""Above this a segment is full and the next one begins."""
_FILES: Final = "entries-*.journal"
_EVER: Final = "entries-*"
"""With what was put aside: a number given again could put a second one in its place."""

_log: Final = structlog.get_logger("journal")


class SideJournal:
    """Implements `Journal` over a folder; one thread at a time calls it."""

    def __init__(self, folder: Path, dek: SecretBox) -> None:
        """Take the folder, which is made with the first entry, and the store key."""
        self._folder = folder
        self._wrapping = derived(dek.exposed(), salt=None, info=DOMAIN)
        self._file: int | None = None
        self._sealing: Sealing | None = None
        self._written = self._appended = self._confirmed = 0

    def append(self, operations: Sequence[Operation], *, device: str, sealed_to: bytes) -> None:
        """Put an action's operations on disk, before the store commits them.

        A disk that does not take them stops no entry: the store says what is wrong with it.
        """
        try:
            if self._file is None or self._written >= MOST_BYTES:
                self._begin(device, sealed_to)
            self._write(Record(tuple(operations)))
            self._appended = header_of(operations[-1]).op_seq
        except OSError as error:
            self._give_up(error)

    def confirm(self, number: int) -> None:
        """Note that the store has the operation of that number, and all before it."""
        self._confirmed = number

    def newest_first(self) -> Iterator[Sequence[Journalled]]:
        """Yield what is in each file, the newest first; of a damaged one its true beginning."""
        for path in reversed(self._files()):
            yield self._read(path)

    def forget(self, is_over: Callable[[Sequence[Journalled]], bool]) -> int:
        """Delete the oldest files of which nothing is needed any more; return how many went.

        A file that was cut off while it was begun holds nothing and goes too: it would keep every
        later one here. One that ends within its first entry is put aside under another name, not
        deleted. Any other that cannot be read stays, and all after it.
        """
        gone = 0
        for path in self._files():
            held = self._read(path)
            if not held and _is(path, is_torn_at_its_first_entry):
                _put_aside(path)
                continue
            if not (is_over(held) if held else _is(path, is_barely_begun)):
                break
            with suppress(OSError):
                path.unlink()
                gone += 1
        return gone

    def close(self) -> None:
        """Let go of the file, with the word that the store has all of it, if that is so."""
        self._end()
        self._wrapping.wipe()

    def _end(self) -> None:
        if self._file is not None:
            with suppress(OSError):
                if self._appended and self._confirmed >= self._appended:
                    self._write(Record())
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

    def _write(self, record: Record) -> None:
        if self._sealing is not None and self._file is not None:
            self._put(self._file, self._sealing.sealed(record))
            os.fsync(self._file)

    def _put(self, file: int, content: bytes) -> None:
        left = memoryview(content)
        while left:
            left = left[os.write(file, left) :]
        self._written += len(content)

    def _give_up(self, error: OSError) -> None:
        """Leave a file that may end in the middle of a record; the next entry begins another."""
        _log.warning("journal_not_written", reason=type(error).__name__)
        self._appended = 0
        self._end()

    def _read(self, path: Path) -> tuple[Journalled, ...]:
        try:
            content = path.read_bytes()
            key = unwrap(self._wrapping, head_of(content).wrapped, DOMAIN)
        except (OSError, SegmentDamagedError) as error:
            _log.warning("journal_unreadable", reason=type(error).__name__)
            return ()
        if key is None:
            _log.warning("journal_unreadable", reason="another key")
            return ()
        with key:
            segment = segment_of(content, key)
        if not segment.is_whole:
            # A stop within an entry that nobody was told is saved, or a disk that spoilt it.
            _log.warning("journal_cut_off", actions=len(segment.actions))
        return segment.actions

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


def _is(path: Path, state: Callable[[bytes], bool]) -> bool:
    with suppress(OSError):
        return state(path.read_bytes())
    return False


def _put_aside(path: Path) -> None:
    """Rename a file so that it is no part of the journal any more; nothing of it is changed."""
    _log.warning("journal_put_aside", number=_number(path))
    with suppress(OSError):
        path.rename(path.with_suffix(".torn"))


def remove_journal(folder: Path) -> None:
    """Delete every file of the side journal, once a server has all of it (decision 27).

    Raises:
        NotWritten: some are still there.
    """
    try:
        for path in folder.glob(_EVER):
            path.unlink(missing_ok=True)
    except OSError:
        raise NotWritten from None
