"""A disk that loses its power: of what nobody waited for, any part may be there, in any order.

Harder than a real file system. Bytes of a file that was not synced since are there or not, write
for write, torn at sectors of 512 bytes; names changed in a folder that was not synced since are
changed up to some one of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.durability.recorded import (
    Event,
    Make,
    MakeFolder,
    Remove,
    Rename,
    Said,
    Sync,
    Truncate,
    Write,
)

SECTOR: Final = 512


@dataclass
class _File:
    """Bytes as they are on disk, and what was asked for since and not waited for."""

    on_disk: bytearray = field(default_factory=bytearray)
    waiting: list[Write | Truncate] = field(default_factory=list)
    end: int = 0
    """Where a write without an offset goes."""

    def sync(self) -> None:
        for change in self.waiting:
            _apply(self.on_disk, change)
        self.waiting = []

    def after_the_cut(self, chance: random.Random) -> bytes:
        """Return what is left, where any of what waited may be missing or torn."""
        content = bytearray(self.on_disk)
        for change in self.waiting:
            if chance.random() < 0.5:
                _apply(content, _torn(change, chance) if chance.random() < 0.3 else change)
        return bytes(content)

    def in_order(self, chance: random.Random) -> bytes:
        """Return what is left, where what waited is there up to some one write, itself torn."""
        content = bytearray(self.on_disk)
        kept = chance.randint(0, len(self.waiting))
        for change in self.waiting[:kept]:
            _apply(content, change)
        if kept < len(self.waiting):
            _apply(content, _torn(self.waiting[kept], chance))
        return bytes(content)


@dataclass
class _Folder:
    """Names as they are on disk and as the program sees them."""

    on_disk: dict[str, _File | None] = field(default_factory=dict)
    waiting: list[dict[str, _File | None]] = field(default_factory=list)
    """The names as they were after each change; a folder's is None."""

    @property
    def seen(self) -> dict[str, _File | None]:
        return self.waiting[-1] if self.waiting else self.on_disk


class Disk:
    """Plays a recording on a copy of the folder it began with."""

    def __init__(self, folder: Path) -> None:
        self._names: dict[str, _Folder] = {"": _Folder()}
        for path in folder.iterdir():
            content = bytearray(path.read_bytes())
            self._names[""].on_disk[path.name] = _File(content, end=len(content))
        self.said: list[str] = []

    def play(self, event: Event) -> None:
        """Do what the program asked for."""
        match event:
            case Said(line):
                self.said.append(line)
            case Sync(path) if path in self._names:
                folder = self._names[path]
                folder.on_disk, folder.waiting = dict(folder.seen), []
            case Sync(path):
                self._file(path).sync()
            case Truncate(path):
                self._file(path).waiting.append(event)
            case Write(path):
                self._write(path, event)
            case _:
                self._change_names(event)

    def left(self, chance: random.Random) -> Iterator[tuple[str, bytes]]:
        """Yield the names and bytes of the files that a cut leaves now."""
        of_a_file = chance.choice((_File.after_the_cut, _File.in_order))
        folders = [""]
        while folders:
            parent = folders.pop()
            folder = self._names[parent]
            names = chance.choice([folder.on_disk, *folder.waiting])
            for name, file in sorted(names.items()):
                path = f"{parent}/{name}".lstrip("/")
                if file is None:
                    folders.append(path)
                else:
                    yield path, of_a_file(file, chance)

    def _write(self, path: str, event: Write) -> None:
        file = self._file(path)
        begin = file.end if event.offset is None else event.offset
        if event.offset is None:
            file.end = begin + len(event.content)
        file.waiting.append(Write(path, begin, event.content))

    def _change_names(self, event: Event) -> None:
        folder, name = self._place(event.path)
        names = dict(folder.seen)
        match event:
            case MakeFolder(path):
                names[name] = None
                self._names[path] = _Folder()
            case Make(_, empties):
                if name in names and not empties:
                    return
                names[name] = _File()
            case Remove():
                names.pop(name)
            case Rename(_, to):
                names[to.rpartition("/")[2]] = names.pop(name)
        folder.waiting.append(names)

    def _file(self, path: str) -> _File:
        folder, name = self._place(path)
        file = folder.seen[name]
        assert file is not None
        return file

    def _place(self, path: str) -> tuple[_Folder, str]:
        parent, _, name = path.rpartition("/")
        return self._names[parent], name


def _apply(content: bytearray, change: Write | Truncate) -> None:
    if isinstance(change, Truncate):
        if change.length < len(content):
            del content[change.length :]
        else:
            content.extend(bytes(change.length - len(content)))
        return
    begin = change.offset or 0
    content.extend(bytes(max(0, begin - len(content))))
    content[begin : begin + len(change.content)] = change.content


def _torn(change: Write | Truncate, chance: random.Random) -> Write | Truncate:
    """Return the beginning of a write, up to the end of some sector."""
    if isinstance(change, Truncate):
        return change
    begin = change.offset or 0
    ends = range(begin // SECTOR + 1, (begin + len(change.content)) // SECTOR + 1)
    end = chance.choice([begin, *(one * SECTOR for one in ends)])
    return Write(change.path, begin, change.content[: end - begin])


def put_down(left: Iterator[tuple[str, bytes]], folder: Path) -> None:
    """Write what a cut left into a new folder."""
    folder.mkdir()
    for name, content in left:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


def cuts(events: Sequence[Event], count: int, chance: random.Random) -> list[int]:
    """Return after how many events the power goes, sorted."""
    return sorted(chance.randint(1, len(events)) for _ in range(count))
