"""Opens a sealed envelope and is killed before one of the writes that use it up, or after the last.

Run as `python -m tests.journeys.envelope_client FOLDER WRITE`; the code comes on its input.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from sonar_desktop.usecases.come_in import by_envelope
from sonar_desktop.vault import keybag
from tests.ui.conftest import HandClock
from tests.ui.front_desk import FrontDesk, Server
from tests.usecases.test_by_envelope import SAM, SAMS


def main(folder: str, write: int) -> None:
    clock = HandClock()
    desk = FrontDesk(folder=Path(folder), clock=clock, server=Server(clock=clock, is_cut=True))
    genuine, count = keybag.write_atomically, 0

    def killed(path: Path, content: bytes) -> None:
        nonlocal count
        count += 1
        if count == write:
            os.kill(os.getpid(), signal.SIGKILL)
        genuine(path, content)

    keybag.write_atomically = killed
    by_envelope(desk.premises(), None, sys.stdin.readline().strip(), SAM, SAMS)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
