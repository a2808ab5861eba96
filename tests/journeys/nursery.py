"""Starts many processes of one program quickly: its modules are loaded once and forked from.

Run as `python -m tests.journeys.nursery MODULE`. Each line on standard input is a task in JSON; a
new process calls the module's `work(task)` and whatever it says goes to standard output. When it
has ended, by itself or by a signal, a line `ended STATUS` follows.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Nursery:
    """The test's side of it."""

    def __init__(self, module: str, log: Path) -> None:
        self._log = log.open("w")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.nursery", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def start(self, task: dict[str, Any]) -> Iterator[str]:
        """Begin a process; yields its lines, the last one is how it ended."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        return self._lines()

    def _lines(self) -> Iterator[str]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield line.rstrip("\n")
            if line.startswith("ended "):
                return
        raise AssertionError(f"the nursery ended: {Path(self._log.name).read_text()[-2000:]}")

    def close(self) -> None:
        """End it; no process of its may still run."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._log.close()


def say(line: str) -> None:
    """At once and whole, so that a kill a moment later takes nothing of it."""
    os.write(1, f"{line}\n".encode())


def main() -> None:
    module = importlib.import_module(sys.argv[1])
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                say(f"pid {os.getpid()}")
                module.work(json.loads(line))
                os._exit(0)
            except BaseException:  # noqa: BLE001 said, and told by the status
                sys.excepthook(*sys.exc_info())
                sys.stderr.flush()
                os._exit(1)
        _end_with(child)
        _, status = os.waitpid(child, 0)
        say(f"ended {os.waitstatus_to_exitcode(status)}")


def _end_with(child: int) -> None:
    """Wait for it; where the test has ended first, it ends too and is left to nobody."""
    ending = os.pidfd_open(child)
    ready, _, _ = select.select([sys.stdin, ending], [], [])
    if ending not in ready:
        # No task is given while one is under way: this is the end of standard input.
        os.kill(child, signal.SIGKILL)
    os.close(ending)


if __name__ == "__main__":
    main()
