"""`python -m bench.sync`: everything about the exchange with the server, as one JSON.

`exchange`: first sync, 1 % delta, push, idle, beside the machine's limits and the peer. `live`: how
soon a PC sees another's entry. `thousand`: a thousand PCs on one server. `slow`: over a poor line.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import live, slow, thousand
from bench.__main__ import Run, machine
from bench.centre import postgres


def _exchange(asked: argparse.Namespace) -> dict[str, Any]:
    with postgres() as server, tempfile.TemporaryDirectory(prefix="sonar-bench-") as folder:
        run = Run(asked, server, Path(folder))
        return run.size(asked.episodes, with_screens=False)


def _parts(asked: argparse.Namespace) -> dict[str, Callable[[], dict[str, Any]]]:
    return {
        "exchange": lambda: _exchange(asked),
        "live": lambda: live.run(devices=asked.devices, entries=200, repeats=5),
        "thousand": lambda: thousand.run(devices=asked.devices, seconds=60.0, away=20.0),
        "slow": lambda: slow.run(reps=asked.reps, entries=20),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.sync", description=__doc__)
    parser.add_argument("--parts", default="exchange,live,thousand,slow")
    parser.add_argument("--episodes", type=int, default=1000, help="of 30 records")
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--reps", type=int, default=3)
    parser.add_argument("--peer", type=Path, help="folder of the like-for-like peer")
    parser.add_argument("--peer-python", type=Path, help="a Python with the peer's requirements")
    asked = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):
        # So that what was started is ended, also when a time limit ends the benchmark.
        signal.signal(number, lambda number, _frame: sys.exit(128 + number))
    parts = _parts(asked)
    found: dict[str, Any] = {"machine": machine()}
    for name in asked.parts.split(","):
        found[name] = parts[name]()
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
