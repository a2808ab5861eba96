"""A real server process on loopback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.postgres import BlankOrganisation


class Serving:
    """`sonar-server run` over a database, until it is stopped or killed."""

    def __init__(
        self,
        organisation: BlankOrganisation,
        url: str,
        data: Path,
        port: int = 0,
        program: Sequence[str] = ("-m", "sonar_server"),
        more: Sequence[str] = (),
    ) -> None:
        key_file = data / "server-keys.json"
        if not key_file.exists():
            organisation.keys.save(key_file)
        command = ["run", "--database-url", url, "--data", str(data), "--port", str(port)]
        # A file, not a pipe that nobody reads: a full pipe would stop the server.
        self._log = data / "server.log"
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, *program, *command, *more],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if line.startswith("certificate "):
            line = self.process.stdout.readline()
        self.metrics = ""
        if line.startswith("metrics "):
            self.metrics = line.removeprefix("metrics ").strip()
            line = self.process.stdout.readline()
        assert line.startswith(("serving http://127.0.0.1:", "serving https://127.0.0.1:")), (
            self._log.read_text()
        )
        self.address = line.removeprefix("serving ").strip()

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> str:
        """Ask it to end; returns what it logged."""
        self.process.terminate()
        self.process.communicate(timeout=30)
        logged = self._log.read_text()
        assert self.process.returncode == 0, logged[-2000:]
        return logged
