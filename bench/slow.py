"""`python -m bench.slow`: the exchange over 2 Mbit/s, 300 ms there and back, 2 % of packets lost.

The line is that of `bench.line`; both ends are the kernel's own TCP. Needs root.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from bench.centre import Centre, postgres
from bench.job import run_fresh
from bench.line import Line, run_apart
from bench.live import time_to_see
from bench.pc import Place

BITS_S: Final = 2_000_000
DELAY_S: Final = 0.15
LOSS: Final = 0.02
_EPISODES: Final = 100
_PUSHES: Final = (10, 1000)
_FOLDER: Final = Path(__file__).resolve().parents[1]


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def measured(folder: Path, *, reps: int, entries: int) -> dict[str, Any]:
    """Return what each part of the exchange takes; to be called in namespaces of its own."""
    line = Line(bits_s=BITS_S, delay_s=DELAY_S, loss=LOSS)
    line.start()
    with postgres() as server:
        centre = Centre(server, folder, "slow")
        try:
            centre.address = centre.address.replace("127.0.0.1", "localhost")
            _say("seeding")
            found = {"records": centre.seed(_EPISODES)} | _exchanges(centre, folder, reps)
            _say("time to see")
            found["time_to_see"] = time_to_see(centre, folder, entries)
        finally:
            centre.stop()
    found["line"] = {
        "bits_s": BITS_S, "round_trip_ms": 2000 * DELAY_S, "loss": LOSS,
        "packets": line.sent, "lost": line.lost,
    }  # fmt: skip
    return found


def _exchanges(centre: Centre, folder: Path, reps: int) -> dict[str, Any]:
    firsts, deltas, pushes = [], [], {count: list[float]() for count in _PUSHES}
    for turn in range(reps):
        (folder / f"pc{turn}").mkdir()
        place = Place(
            folder=str(folder / f"pc{turn}"),
            key=secrets.token_bytes(32),
            salt=secrets.token_bytes(16),
            record=centre.enrol_directly(f"PC {turn}"),
            server=centre.address,
            user=centre.user,
        )
        firsts.append(run_fresh("exchange.first_sync", place))
        centre.rewrite(30)
        deltas.append(run_fresh("exchange.pull", place)["seconds"])
        for count, spent in pushes.items():
            seed = 100 * turn + count
            spent.append(run_fresh("exchange.push", place, count=count, seed=seed)["seconds"])
        _say(f"{firsts[-1]['seconds']:.1f} {deltas[-1]:.2f} {pushes}")
    return {
        "first_sync": {
            "rows": firsts[0]["rows"],
            "s_of_each_run": [round(one["seconds"], 1) for one in firsts],
        },
        "delta_of_30_ms": _middle(deltas),
        "push_ms": {count: _middle(spent) for count, spent in pushes.items()},
        "idle": run_fresh("exchange.idle", place, times=20),
    }


def _middle(seconds: list[float]) -> float:
    return round(statistics.median(seconds) * 1000, 1)


def run(reps: int, entries: int) -> dict[str, Any]:
    """Measure in namespaces of its own; say so where the machine refuses them."""
    if os.geteuid() != 0 or not Path("/dev/net/tun").exists():
        return {"not_run": "needs root and /dev/net/tun"}
    with tempfile.TemporaryDirectory(prefix="sonar-bench-") as name:
        out = Path(name) / "found.json"
        arguments = ("--inside", str(out), "--reps", str(reps), "--entries", str(entries))
        if run_apart("bench.slow", arguments) != 0 or not out.exists():
            return {"failed": "see above"}
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found | {"netem": _netem()}


def _netem() -> str:
    """Return what the machine says to the usual tool, in a namespace of its own."""
    said = subprocess.run(
        ("unshare", "--net", "tc", "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms"),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return said.stderr.strip() or "available"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.slow", description=__doc__)
    parser.add_argument("--reps", type=int, default=3)
    parser.add_argument("--entries", type=int, default=20)
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside is None:
        print(json.dumps(run(asked.reps, asked.entries), indent=2))
        return
    with tempfile.TemporaryDirectory(prefix="sonar-bench-") as name:
        found = measured(Path(name), reps=asked.reps, entries=asked.entries)
    asked.inside.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
