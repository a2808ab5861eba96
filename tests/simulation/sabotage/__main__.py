"""Apply each sabotage to a copy of the tree and see that its tests turn red: `make sabotage`.

`--traps 1-12` tries those of some traps alone; 0 is what is beyond the fifty.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.simulation.sabotage.kinds import BEYOND, Sabotage
from tests.simulation.sabotage.table import SABOTAGES
from tests.simulation.sabotage.traps import GAPS, TRAPS

ROOT = Path(__file__).resolve().parents[3]
COPIED = ("sonar_core", "sonar_desktop", "sonar_server", "tests", "resources", "pyproject.toml")
MINUTES = 10
_RED = re.compile(r"^(?:FAILED|ERROR) (\S+?)(?:\[.*)?(?: - .*)?$", re.MULTILINE)
_ASKED = ("-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider")


class BrokenError(Exception):
    """The tests could not be run at all with a sabotage."""


class StaleError(Exception):
    """The line that a sabotage changes is not in its file, or not once."""


def sabotaged(source: Path, sabotage: Sabotage) -> str:
    """Return the file's text with the one line made wrong; raise StaleError."""
    text = (source / sabotage.file).read_text(encoding="utf-8")
    if text.count(sabotage.old) != 1:
        raise StaleError(f"{sabotage.name}: its line is not once in {sabotage.file}")
    return text.replace(sabotage.old, sabotage.new)


def copy_of(source: Path, folder: Path) -> None:
    """Copy what the tests need; bytecode stays behind."""
    for name in COPIED:
        if (source / name).is_dir():
            shutil.copytree(
                source / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        elif (source / name).exists():
            shutil.copyfile(source / name, folder / name)


def caught_by(sabotage: Sabotage, *, say: bool = False) -> str:
    """Return the first test that turned red in a tree with this sabotage, empty if none did."""
    with tempfile.TemporaryDirectory(prefix="sonar-sabotage-") as name:
        folder = Path(name)
        copy_of(ROOT, folder)
        (folder / sabotage.file).write_text(sabotaged(ROOT, sabotage), encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", *_ASKED, *sabotage.tests],
            cwd=folder,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(folder)},
            capture_output=True,
            text=True,
            timeout=MINUTES * 60,
            check=False,
        )
    if say:
        print(ran.stdout[-3000:])
    if "Timeout (" in ran.stderr:
        return "a test that did not end"
    red = _RED.search(ran.stdout)
    # 1 is "tests ran and some failed"; anything else would be a fault of this tool or of the table.
    if ran.returncode not in {0, 1} or (red is None) is (ran.returncode == 1):
        raise BrokenError(f"{sabotage.name}: pytest ended with {ran.returncode}")
    return "" if red is None else red[1]


@dataclass(frozen=True)
class Ran:
    """What became of one sabotage: the test that caught it, or why it could not be tried."""

    sabotage: Sabotage
    seconds: float
    by: str = ""
    fault: str = ""

    @property
    def word(self) -> str:
        """What became of it, in one word."""
        if self.fault:
            return "BROKEN"
        return "caught" if self.by else "MISSED"


def tried(sabotage: Sabotage) -> Ran:
    """Run the tests of one sabotage."""
    began, by, fault = time.monotonic(), "", ""
    try:
        by = caught_by(sabotage)
    except (StaleError, BrokenError, subprocess.TimeoutExpired) as error:
        fault = str(error)
    return Ran(sabotage, time.monotonic() - began, by, fault)


def print_trap(trap: int, runs: list[Ran]) -> None:
    """Print what became of one trap: a line for each of its sabotages, or why it has none."""
    name = "beyond the fifty" if trap == BEYOND else TRAPS[trap]
    for ran in runs:
        print(
            f"{trap:2}  {ran.word:9}  {ran.seconds:4.0f} s  {name}: {ran.sabotage.name}\n"
            f"{'':23}{ran.by or ran.fault or 'all its tests are green'}",
            flush=True,
        )
    if trap in GAPS:
        word = "not built" if GAPS[trap].is_to_come else "cannot be"
        print(f"{trap:2}  {word:9}          {name}: {GAPS[trap].why}", flush=True)


def print_sum(traps: Iterable[int], runs: list[Ran], seconds: float) -> None:
    """Print how many of the traps that were asked for are caught, cannot be, or are to come."""
    asked = set(traps) - {BEYOND}
    missed = {ran.sabotage.trap for ran in runs if not ran.by}
    gaps = [GAPS[trap] for trap in asked & GAPS.keys()]
    to_come = sum(gap.is_to_come for gap in gaps)
    print(
        f"{len(asked - GAPS.keys() - missed)} of {len(asked)} traps caught, "
        f"{len(gaps) - to_come} cannot be here, {to_come} are of parts not built; "
        f"{sum(bool(ran.by) for ran in runs)} of {len(runs)} sabotages caught "
        f"in {seconds / 60:.1f} min"
    )


def span(text: str) -> range:
    """Read `7` or `1-12`, 0 being what is beyond the fifty."""
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def main() -> int:
    """Read the command line; end with 1 when a sabotage was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.sabotage")
    parser.add_argument("--traps", type=span, default=range(51), metavar="FIRST-LAST")
    parser.add_argument("--say", metavar="NAME", help="print what pytest says of one sabotage")
    asked = parser.parse_args()
    if asked.say:
        (chosen,) = (one for one in SABOTAGES if one.name == asked.say)
        return 0 if caught_by(chosen, say=True) else 1
    began = time.monotonic()
    runs: list[Ran] = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        under_way = {
            trap: [pool.submit(tried, one) for one in SABOTAGES if one.trap == trap]
            for trap in (*(trap for trap in asked.traps if trap != BEYOND), BEYOND)
            if trap in asked.traps
        }
        for trap, waiting in under_way.items():
            done = [one.result() for one in waiting]
            print_trap(trap, done)
            runs += done
    print_sum(asked.traps, runs, time.monotonic() - began)
    return 0 if all(ran.by for ran in runs) else 1


if __name__ == "__main__":
    raise SystemExit(main())
