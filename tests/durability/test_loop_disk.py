"""R1: the power of a real file system is cut while everything is saved as fast as it can be."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sonar_desktop.usecases.errors import KnownError
from tests.durability.loop_disk import LoopDisk
from tests.durability.recorded import ROOT
from tests.durability.saving_pc import LostError, check_nothing_is_lost, furnish

CUTS = 3
CUTS_IN_SOAK = 200
CUTS_OF_A_LIAR = 5
ENDLESS = 1_000_000

pytestmark = pytest.mark.needs_root


@pytest.fixture
def disk(tmp_path):
    made = LoopDisk(tmp_path)
    yield made
    made.unmount()


@pytest.fixture
def kept(tmp_path) -> Path:
    folder = tmp_path / "kept"
    furnish(folder)
    return folder


class Saying:
    """A client on the disk, and what it has said until somebody asks."""

    def __init__(self, folder: Path, *how: str) -> None:
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.durability.saving_pc"),
                *(str(folder), str(ENDLESS), *how),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            # What it says of a disk that is gone is not asked.
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.said: list[str] = []
        self._more = threading.Condition()
        self._reader = threading.Thread(target=self._listen, name="session-listener")
        self._reader.start()

    def wait_for(self, lines: int) -> None:
        with self._more:
            assert self._more.wait_for(lambda: len(self.said) >= lines, timeout=60)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                with self._more:
                    self.said.append(line.strip())
                    self._more.notify()


def cut_while_saving(disk: LoopDisk, kept: Path, after_lines: int, *how: str) -> list[str]:
    """Cut the power after so many lines; the disk is mounted again. Return what was said before."""
    folder = disk.folder / "pc"
    shutil.copytree(kept, folder)
    os.sync()
    saying = Saying(folder, *how)
    try:
        saying.wait_for(after_lines)
        # What comes between this and the cut may be there or not; it is not asked for.
        said = list(saying.said)
        disk.cut_power()
    finally:
        saying.kill()
    disk.unmount()
    disk.mount()
    return said


def check(disk: LoopDisk, said: list[str], kept: Path) -> None:
    """Check what the cut has left, and make room."""
    folder = disk.folder / "pc"
    try:
        check_nothing_is_lost(folder, said, kept, may_have_gone_on=ENDLESS)
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    "cuts",
    [
        pytest.param(CUTS, id="three"),
        pytest.param(CUTS_IN_SOAK, id="two hundred", marks=pytest.mark.soak),
    ],
)
def test_r1_a_power_cut_at_any_moment_takes_nothing_that_was_said(disk, kept, cuts):
    moments = random.Random(17)
    for _ in range(cuts):
        said = cut_while_saving(disk, kept, moments.randint(1, 200))
        check(disk, said, kept)


def test_a_program_that_waits_for_nothing_is_seen_to_lose(disk, kept):
    moments = random.Random(18)
    lost = 0
    for _ in range(CUTS_OF_A_LIAR):
        said = cut_while_saving(disk, kept, moments.randint(50, 200), "lying")
        try:
            check(disk, said, kept)
        except (LostError, KnownError):
            # Gone, or there and not to be opened any more.
            lost += 1
    assert lost == CUTS_OF_A_LIAR
