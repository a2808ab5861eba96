"""A real server process on loopback, begun by a fork of one that has the modules loaded.

To load them anew for each server would cost each three quarters of a second.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from tests.postgres import BlankOrganisation

SONAR_SERVER = ("sonar_server",)
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__, "sonar_server.cli", "tests.journeys.generations"])
_SECONDS_TO_END = 30


class Serving:
    """`sonar-server run` over a database, until it is stopped or killed."""

    def __init__(
        self,
        organisation: BlankOrganisation,
        url: str,
        data: Path,
        port: int = 0,
        program: Sequence[str] = SONAR_SERVER,
        more: Sequence[str] = (),
    ) -> None:
        """Start it; `program` is a module and its first arguments, as after `python -m`."""
        key_file = data / "server-keys.json"
        if not key_file.exists():
            organisation.keys.save(key_file)
        command = ["run", "--database-url", url, "--data", str(data), "--port", str(port)]
        # A file, not a pipe that nobody reads: a full pipe would stop the server.
        self._log = data / "server.log"
        told, tell = _FORKS.Pipe(duplex=False)
        self._process = _FORKS.Process(
            target=_run, args=([*program, *command, *more], tell, self._log)
        )
        self._process.start()
        tell.close()
        self.metrics = ""
        with told, open(told.fileno(), closefd=False) as lines:
            line = lines.readline()
            if line.startswith("certificate "):
                line = lines.readline()
            if line.startswith("metrics "):
                self.metrics = line.removeprefix("metrics ").strip()
                line = lines.readline()
        assert line.startswith(("serving http://127.0.0.1:", "serving https://127.0.0.1:")), (
            self._log.read_text()
        )
        self.address = line.removeprefix("serving ").strip()

    @property
    def process(self) -> int:
        """The number of the process."""
        assert self._process.pid is not None
        return self._process.pid

    def kill(self) -> None:
        """As a power cut would."""
        self._process.kill()
        self._process.join()

    def stop(self) -> str:
        """Ask it to end; returns what it logged."""
        self._process.terminate()
        self._process.join(_SECONDS_TO_END)
        logged = self._log.read_text()
        assert self._process.exitcode == 0, logged[-2000:]
        return logged


def _run(command: list[str], tell: Connection, log: Path) -> None:
    """In the new process: what `python -m` does with the command."""
    with log.open("wb") as file:
        os.dup2(file.fileno(), 2)
    os.dup2(tell.fileno(), 1)
    tell.close()
    sys.argv = command
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)
