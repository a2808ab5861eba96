"""The commands for an inspector: the export of the PCs' chains, and the keys to check it with."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

import msgspec

from sonar_core.audit.export import Line, PublicKeys
from sonar_server import auditing
from sonar_server.central import Central
from sonar_server.operators import Word

Opened = Callable[[argparse.Namespace], AbstractContextManager[Central]]

_PRIVATE: Final = 0o600


def add(
    commands: Any, common: argparse.ArgumentParser, word: argparse.ArgumentParser, opened: Opened
) -> None:
    """Add the commands; `common` and `word` have the options of all and who says so and why.

    `opened` gives the server that a command is about.
    """
    audit = commands.add_parser("audit", help="for an inspector").add_subparsers(required=True)
    export = audit.add_parser(
        "export", parents=[word], help="write the PCs' chains to a new file, for sonar-verify"
    )
    export.add_argument("file", type=Path)
    export.add_argument("--device", help="one PC alone, by name or id")
    export.set_defaults(run=partial(_export, opened))
    keys = audit.add_parser(
        "keys", parents=[common], help="write the public keys to a new file: keep it elsewhere"
    )
    keys.add_argument("file", type=Path)
    keys.set_defaults(run=partial(_keys, opened))


def _export(opened: Opened, asked: argparse.Namespace) -> None:
    word = Word(asked.by, asked.why)
    with opened(asked) as central:
        written = _write(asked.file, auditing.export(central, word, asked.device))
    print(f"{written} lines in {asked.file}: it names who looked at whom, keep it as such")


def _keys(opened: Opened, asked: argparse.Namespace) -> None:
    with opened(asked) as central:
        keys = auditing.public_keys(central)
        _write(asked.file, [keys])
    for one in keys.devices:
        print(f"{one.site} PC {one.name} {one.device}: key {one.fingerprint}")
    print("compare each key with the PC's own screen, and keep the file apart from this server")


def _write(file: Path, lines: Iterable[Line | PublicKeys]) -> int:
    """Write lines to a new file that only its owner can read; return how many.

    Raises FileExistsError over another.
    """
    rest = iter(lines)
    # Before there is a file: whoever asks for an unknown PC leaves none behind.
    first = next(rest)
    count = 0
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    with os.fdopen(handle, "wb") as out:
        for line in chain([first], rest):
            out.write(msgspec.json.encode(line) + b"\n")
            count += 1
        out.flush()
        os.fsync(out.fileno())
    return count
