"""What a program asked of the disk, recorded by strace in the order in which it was done."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
CALLS: Final = (
    "openat,pwrite64,write,ftruncate,fsync,fdatasync,rename,renameat,renameat2,"
    "unlink,unlinkat,mkdir,mkdirat,writev,pwritev,fallocate,mmap"
)
_CALL: Final = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+)")
_BEGUN: Final = re.compile(r"(\d+) +(\w+\(.*) <unfinished \.\.\.>")
_ENDED: Final = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)")
_TEXT: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_FILE: Final = re.compile(r"\d+<((?:\\x[0-9a-f]{2})*)>")
# SQLite's memory shared between connections: made anew at each opening.
_NOT_KEPT: Final = "-shm"


@dataclass(frozen=True)
class Write:
    """Bytes for a file at an offset; None goes on where the last ended."""

    path: str
    offset: int | None
    content: bytes


@dataclass(frozen=True)
class Truncate:
    """A file has this length from then on."""

    path: str
    length: int


@dataclass(frozen=True)
class Make:
    """A file of this name, which is emptied or, where it was there, stays as it is."""

    path: str
    empties: bool


@dataclass(frozen=True)
class MakeFolder:
    """A folder of this name."""

    path: str


@dataclass(frozen=True)
class Rename:
    """A file has another name, which it takes from whatever had it."""

    path: str
    to: str


@dataclass(frozen=True)
class Remove:
    """A name is gone."""

    path: str


@dataclass(frozen=True)
class Sync:
    """A file, or the names in a folder, are on disk from then on."""

    path: str


@dataclass(frozen=True)
class Said:
    """A line on standard output."""

    line: str


Event = Write | Truncate | Make | MakeFolder | Rename | Remove | Sync | Said


class UnknownCallError(Exception):
    """The program writes by a call that this does not understand."""


def record(folder: Path, rounds: int, trace: Path) -> list[Event]:
    """Run the PC that saves on a folder and return what it asked of the disk there."""
    subprocess.run(
        [
            *("strace", "-f", "-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}"),
            *("-e", "signal=none", "-o", str(trace)),
            *(sys.executable, "-m", "tests.durability.saving_pc", str(folder), str(rounds)),
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return list(events_of(trace, str(folder)))


def events_of(trace: Path, folder: str) -> Iterator[Event]:
    """Read a recording; names are below the folder and without it."""
    begun: dict[str, str] = {}
    with trace.open() as lines:
        for line in lines:
            if unfinished := _BEGUN.match(line):
                begun[unfinished[1]] = unfinished[2]
                continue
            if resumed := _ENDED.match(line):
                line = f"{resumed[1]} {begun.pop(resumed[1])}{resumed[2]}"  # noqa: PLW2901
            if (call := _CALL.match(line)) and int(call[4]) >= 0:
                yield from _event(call[2], call[3], int(call[4]), folder)


def _event(call: str, given: str, returned: int, folder: str) -> Iterator[Event]:
    files = [_plain(found[1]) for found in _FILE.finditer(given)]
    texts = [bytes.fromhex(found[1].replace("\\x", "")) for found in _TEXT.finditer(given)]
    if call == "write" and given.startswith("1<"):
        yield Said(texts[0].decode().strip())
        return
    named = [text.decode() for text in texts] if call in _OF_NAMES else files
    places = [name[len(folder) + 1 :] for name in named if name.startswith(folder)]
    if not places or places[0].endswith(_NOT_KEPT):
        return
    yield from _of_folder(call, given, returned, places, texts)


_OF_NAMES: Final = frozenset(
    ("openat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat")
)


def _of_folder(
    call: str, given: str, returned: int, places: list[str], texts: list[bytes]
) -> Iterator[Event]:
    path = places[0]
    match call:
        case "openat":
            if "O_CREAT" in given or "O_TRUNC" in given:
                yield Make(path, empties="O_TRUNC" in given)
        case "write":
            yield Write(path, None, texts[0][:returned])
        case "pwrite64":
            yield Write(path, int(given.rpartition(", ")[2]), texts[0][:returned])
        case "ftruncate":
            yield Truncate(path, int(given.rpartition(", ")[2]))
        case "fsync" | "fdatasync":
            yield Sync(path)
        case "rename" | "renameat" | "renameat2":
            yield Rename(path, places[1])
        case "unlink" | "unlinkat":
            yield Remove(path)
        case "mkdir" | "mkdirat":
            yield MakeFolder(path)
        case "mmap":
            if "PROT_WRITE" in given and "MAP_SHARED" in given:
                raise UnknownCallError(call)
        case _:
            raise UnknownCallError(call)


def _plain(escaped: str) -> str:
    return bytes.fromhex(escaped.replace("\\x", "")).decode()
