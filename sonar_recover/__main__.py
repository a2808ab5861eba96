"""`sonar-recover FOLDER --recovery-file FILE --into FOLDER`: what a PC left, for its server.

Needs no network: run it where the recovery key is. Exit status 0: everything could be read. 1:
something could not be, and is named. 2: nothing was written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from sonar_core.sync.recovered import Chained, RecoveredEntries, chained, encoded
from sonar_desktop.usecases.ports import Draft
from sonar_desktop.vault.atomic_file import write_atomically
from sonar_desktop.vault.errors import NotWritten
from sonar_recover.opening import Found, NothingFoundError, read

KEY_BYTES = 32


class _RefusedError(Exception):
    """Said to whoever asked; nothing was written."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Read a copied data folder; return the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        found = read(asked.folder, _private(asked.recovery_file))
        asked.into.mkdir(mode=0o700)
        of_devices = _written(asked.into, found)
    except NothingFoundError:
        return _refuse("there is no records file and no journal in that folder")
    except _RefusedError as refusal:
        return _refuse(str(refusal))
    except FileExistsError:
        return _refuse(f"{asked.into} is there already; name a folder that is not")
    except NotWritten:
        return _refuse("what was found could not be written: make room, and name a new folder")
    except OSError as error:
        return _refuse(f"a file could not be read or written ({error.strerror}); copy it again")
    for line in _told(found, of_devices):
        print(line)
    print(
        f"what is in {asked.into} can be read by anyone who has it: give it back, then destroy it"
    )
    return 1 if found.unread or found.cut_off or found.nameless else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sonar-recover",
        description="Opens a copy of a PC's data folder with the organisation's recovery key. "
        "Needs no network and changes nothing in the folder.",
    )
    parser.add_argument("folder", type=Path, help="a copy of the PC's whole data folder")
    parser.add_argument("--recovery-file", type=Path, required=True, help="the key, in hex")
    parser.add_argument("--into", type=Path, required=True, help="a new folder for what is found")
    return parser


def _refuse(why: str) -> int:
    print(f"sonar-recover: {why}", file=sys.stderr)
    return 2


def _private(file: Path) -> bytes:
    try:
        private = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except ValueError:
        private = b""
    if len(private) != KEY_BYTES:
        raise _RefusedError("the recovery file is not a key of 64 hexadecimal digits")
    return private


def _written(into: Path, found: Found) -> dict[str, Chained]:
    """Write a file for each PC, and one of the drafts; return what is in the former."""
    every = {device: chained(found.of_devices[device]) for device in sorted(found.of_devices)}
    for device, kept in every.items():
        entries = RecoveredEntries(device=device, operations=kept.operations)
        write_atomically(into / f"{device}.entries", encoded(entries))
    if found.drafts:
        drafts = [_readable(draft) for draft in found.drafts.values()]
        write_atomically(into / "drafts.json", msgspec.json.format(msgspec.json.encode(drafts)))
    return every


def _readable(draft: Draft) -> dict[str, object]:
    return msgspec.structs.asdict(draft) | {"body": draft.body.decode(errors="replace")}


def _told(found: Found, of_devices: dict[str, Chained]) -> list[str]:
    lines = [f"{found.files} files read"]
    for device, kept in of_devices.items():
        lines.append(f"PC {device}: {len(kept.operations)} operations")
        if kept.left_out:
            lines.append(
                f"  {kept.left_out} more have a number that another one has, and are not among "
                "them: keep the folder"
            )
    drafts = "1 draft" if len(found.drafts) == 1 else f"{len(found.drafts)} drafts"
    lines.append(f"{drafts}: what people had typed and not signed")
    if found.nameless:
        lines.append(f"{len(found.nameless)} operations cannot be read: keep the folder")
    lines += [f"{name} could not be read: keep it" for name in found.unread]
    lines += [f"{name} ends early; what is before that was read: keep it" for name in found.cut_off]
    return lines


if __name__ == "__main__":
    sys.exit(main())
