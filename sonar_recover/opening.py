"""Reading a copy of a PC's data folder: side journal, store and key file; nothing is changed.

The private half of the recovery key opens each file of the journal by itself, and the store by the
slot in the key file. Stores are read from copies in a folder that is deleted, for SQLite writes
where it reads.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sonar_core.ids import from_bytes, to_bytes
from sonar_core.sync.operations import Operation, header_of
from sonar_desktop.db.salvage import salvage
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.journal_ports import Journalled
from sonar_desktop.usecases.ports import Draft
from sonar_desktop.vault.errors import RecoveryRefused
from sonar_desktop.vault.journal_segment import SegmentDamagedError, head_of, segment_of
from sonar_desktop.vault.keybag import KeybagFile
from sonar_desktop.vault.keys import DekBox
from sonar_desktop.vault.recovery import open_sealed

_SEGMENTS: Final = "journal/entries-*"
_STORE: Final = "client.db"
_STORES: Final = "client*.db*"
_BESIDE: Final = ("-wal", "-shm")


class NothingFoundError(Exception):
    """The folder is not that of a PC."""


@dataclass
class Found:
    """What could be read, and by name each file that could not be, or not to its end.

    `of_devices` are each PC's operations in the order in which they count, the last most: of stores
    put aside and copies, of the journal by number, of the store in use. `nameless` name no PC.
    """

    of_devices: dict[str, list[Operation]] = field(default_factory=dict)
    nameless: set[bytes] = field(default_factory=set)
    drafts: dict[tuple[str, str], Draft] = field(default_factory=dict)
    files: int = 0
    unread: list[str] = field(default_factory=list)
    cut_off: list[str] = field(default_factory=list)

    def add(self, actions: Iterable[Journalled]) -> None:
        """Put operations behind those of their PCs."""
        for operation in (one for action in actions for one in action.operations):
            if device := _device(operation):
                self.of_devices.setdefault(device, []).append(operation)
            else:
                self.nameless.add(operation.header)


def read(folder: Path, private: bytes) -> Found:
    """Return what the recovery key (32 bytes) opens of a copied data folder.

    Raises:
        NothingFoundError: there is neither a journal nor a store.
        OSError: a file cannot be read at all.
    """
    found = Found()
    stores = [path for path in sorted(folder.glob(_STORES)) if not path.name.endswith(_BESIDE)]
    segments = sorted(folder.glob(_SEGMENTS))
    if not stores and not segments:
        raise NothingFoundError
    key = _store_key(folder, private)
    with nullcontext() if key is None else key:
        for path in stores:
            if path.name != _STORE:
                _read_store(found, path, key)
        for _, path, content in sorted(_numbered(found, segments)):
            _read_segment(found, path, content, private)
        if folder / _STORE in stores:
            _read_store(found, folder / _STORE, key)
    return found


def _store_key(folder: Path, private: bytes) -> DekBox | None:
    """Return the key of every store of the folder, None where its slot does not open."""
    try:
        bag = KeybagFile(folder).load().bag
        secret = open_sealed(bag.recovery, private)
    except KnownError:
        return None
    with secret:
        return DekBox(bytearray(secret.exposed()), bag.cipher_salt)


def _read_store(found: Found, path: Path, key: DekBox | None) -> None:
    if key is None:
        found.unread.append(path.name)
        return
    with TemporaryDirectory(prefix="sonar-recover-") as scratch:
        copy = Path(scratch) / path.name
        shutil.copyfile(path, copy)
        log = path.with_name(path.name + "-wal")
        if log.exists():
            shutil.copyfile(log, copy.with_name(log.name))
        salvaged = salvage(copy, key, after=0)
    found.files += 1
    if not salvaged.settings and not salvaged.actions:
        found.unread.append(path.name)
    found.add(salvaged.actions)
    for draft in salvaged.drafts:
        known = found.drafts.get((draft.author, draft.record))
        if known is None or known.saved_ms < draft.saved_ms:
            found.drafts[draft.author, draft.record] = draft


def _numbered(found: Found, segments: list[Path]) -> Iterator[tuple[int, Path, bytes]]:
    for path in segments:
        content = path.read_bytes()
        found.files += 1
        try:
            yield head_of(content).number, path, content
        except SegmentDamagedError:
            found.unread.append(path.name)


def _read_segment(found: Found, path: Path, content: bytes, private: bytes) -> None:
    try:
        key = open_sealed(head_of(content).recovery, private)
    except RecoveryRefused:
        found.unread.append(path.name)
        return
    with key:
        kept = segment_of(content, key)
    if not kept.is_whole:
        found.cut_off.append(path.name)
    found.add(kept.actions)


def _device(operation: Operation) -> str:
    """Return whose it is, empty where that cannot be read: it becomes the name of a file.

    Anybody can seal a journal to the organisation, and write into it what they like.
    """
    try:
        return from_bytes(to_bytes(header_of(operation).device))
    except ValueError:
        return ""
