"""One measurement in a fresh process: what to do on standard input, what was found on output."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from bench.pc import Place

_FOLDER: Final = Path(__file__).resolve().parents[1]
_LIMIT_S: Final = 900


class FailedError(RuntimeError):
    """A measurement ended badly; its words are what the process said last."""


def run_fresh(task: str, place: Place, **given: Any) -> dict[str, Any]:
    """Run a task of `bench` in a process of its own; return what it found.

    Raises FailedError. Keys go by standard input.
    """
    order = {
        "task": task,
        "place": base64.b64encode(msgspec.msgpack.encode(place)).decode(),
        "given": given,
    }
    ended = subprocess.run(
        [sys.executable, "-m", "bench.job"],
        cwd=_FOLDER,
        input=json.dumps(order),
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
        check=False,
    )
    if ended.returncode != 0:
        raise FailedError(f"{task}: {ended.stderr.strip()[-2000:]}")
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


def _tasks(module: str) -> Any:
    if module == "exchange":
        from bench import exchange_jobs as tasks  # noqa: PLC0415 only what the task needs
    elif module == "limit":
        from bench import limit_jobs as tasks  # type: ignore[no-redef]  # noqa: PLC0415
    else:
        from bench import screen_jobs as tasks  # type: ignore[no-redef]  # noqa: PLC0415
    return tasks


def main() -> None:
    order = json.loads(sys.stdin.read())
    place = msgspec.msgpack.decode(base64.b64decode(order["place"]), type=Place)
    module, _, name = order["task"].partition(".")
    task: Callable[[Place, dict[str, Any]], dict[str, Any]] = getattr(_tasks(module), name)
    print(json.dumps(task(place, order["given"])))


if __name__ == "__main__":
    main()
