"""Repeat one history, or run new ones for some minutes: `python -m tests.simulation --help`."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from sonar_server.store.embedded import EmbeddedPostgres
from tests.memory import memory_folder
from tests.simulation.ground import Ground, lay_ground
from tests.simulation.history import STEPS, History, HistoryError, run_history


@contextmanager
def ground_of_its_own() -> Iterator[Ground]:
    """A PostgreSQL and what worlds are copied from, until the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="sonar-sim-", dir=memory_folder()))
    postgres = EmbeddedPostgres(folder / "data")
    try:
        yield lay_ground(postgres, folder)
    finally:
        postgres.stop()
        shutil.rmtree(folder)


def _played(first: int, stride: int, until: float, steps: int) -> tuple[Counter[str], list[str]]:
    """Play every `stride`-th seed from `first` until a time; return counts and failures."""
    totals: Counter[str] = Counter()
    failures: list[str] = []
    seed = first
    with ground_of_its_own() as ground:
        while time.monotonic() < until:
            totals["histories"] += 1
            try:
                _add(totals, run_history(ground, seed, steps))
            except HistoryError as error:
                failures.append(f"seed {seed}: {error}")
                print(f"\nseed {seed}: {error}", flush=True)
            seed += stride
    return totals, failures


def _add(totals: Counter[str], history: History) -> None:
    totals["operations"] += history.operations
    totals["faults survived"] += sum(history.survived.values())
    totals.update(history.done)
    totals.update(history.survived)


def soak(minutes: float, steps: int, first: int) -> int:
    """Run new seeds on every core; return how many failed."""
    workers = os.cpu_count() or 1
    until = time.monotonic() + minutes * 60
    totals: Counter[str] = Counter()
    failures: list[str] = []
    with ProcessPoolExecutor(workers) as pool:
        tasks = [pool.submit(_played, first + n, workers, until, steps) for n in range(workers)]
        for task in tasks:
            some, failed = task.result()
            totals += some
            failures += failed
    heads = ("histories", "operations", "faults survived")
    print(", ".join(f"{totals[name]:,} {name}" for name in heads), f"from seed {first}")
    for name in sorted(set(totals) - set(heads)):
        print(f"{totals[name]:9,}  {name}")
    print(f"{len(failures)} failed")
    for failure in failures:
        print(failure.splitlines()[0], "|", failure.splitlines()[-1])
    return len(failures)


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int, help="repeat this history and print it")
    parser.add_argument("--minutes", type=float, default=1.0, help="else run new seeds so long")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--first", type=int, default=int(time.time()), help="the first new seed")
    asked = parser.parse_args()
    if asked.seed is None:
        return 1 if soak(asked.minutes, asked.steps, asked.first) else 0
    with ground_of_its_own() as ground:
        history = run_history(ground, asked.seed, asked.steps)
    print("\n".join(history.trace))
    print(history.done, history.survived, sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
