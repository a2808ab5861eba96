"""Apply each sabotage to a copy of the tree and see that its tests turn red: `make sabotage`."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.simulation.sabotage.table import GAPS, SABOTAGES, Sabotage

ROOT = Path(__file__).resolve().parents[3]
COPIED = ("sonar_core", "sonar_desktop", "sonar_server", "tests", "resources", "pyproject.toml")
MINUTES = 10
_ASKED = ("-x", "-q", "-m", "not soak", "-p", "no:randomly", "-p", "no:cacheprovider")


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


def is_caught(sabotage: Sabotage, *, say: bool = False) -> bool:
    """Return whether the tests named turn red in a tree with this sabotage."""
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
    # 1 is "tests ran and some failed", a test that hangs ends the run; anything else would be a
    # fault of this tool or of the table.
    if ran.returncode not in {0, 1} and "Timeout (" not in ran.stderr:
        raise BrokenError(f"{sabotage.name}: pytest ended with {ran.returncode}")
    return ran.returncode != 0


def timed(sabotage: Sabotage) -> tuple[bool, str]:
    """Return whether it was caught, and a line that says so."""
    began = time.monotonic()
    try:
        caught = is_caught(sabotage)
    except (StaleError, BrokenError, subprocess.TimeoutExpired) as error:
        return False, f"BROKEN  {sabotage.trap:2}  {error}"
    seconds = time.monotonic() - began
    mark = "caught" if caught else "MISSED"
    return caught, f"{mark}  {sabotage.trap:2}  {sabotage.name}  ({seconds:.0f} s)"


def _print_sum(missed: list[Sabotage]) -> None:
    """Say of all fifty traps what became of them."""
    for gap in GAPS:
        print(f"{'to come' if gap.is_to_come else 'cannot '} {gap.trap:2}  {gap.why}")
    caught = {one.trap for one in SABOTAGES} - {one.trap for one in missed} - {0}
    cannot = sum(not gap.is_to_come for gap in GAPS)
    print(
        f"{len(caught)} of 50 caught, {cannot} cannot be here, {len(GAPS) - cannot} are of parts "
        f"to come; {len(missed)} of {len(SABOTAGES)} sabotages missed"
    )


def main() -> int:
    """Read the command line; end with 1 when a sabotage was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.sabotage")
    parser.add_argument("names", nargs="*", help="only these; all of them if none is named")
    parser.add_argument("--say", action="store_true", help="print what pytest said of one")
    asked = parser.parse_args()
    chosen = [one for one in SABOTAGES if not asked.names or one.name in asked.names]
    if asked.say:
        return 0 if all(is_caught(one, say=True) for one in chosen) else 1
    missed: list[Sabotage] = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for sabotage, (caught, line) in zip(chosen, pool.map(timed, chosen), strict=True):
            missed += [] if caught else [sabotage]
            print(line, flush=True)
    if not asked.names:
        _print_sum(missed)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
