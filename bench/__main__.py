"""`python -m bench`: measures the product on this machine and prints one JSON.

Everything runs against a real server process over HTTP with encryption on; every measurement of
the client in a process of its own. Goals and what is measured: docs/evidence/bench.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import secrets
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from bench.caseload import MEAN_BYTES
from bench.centre import PASSWORD, USERNAME, Centre, postgres
from bench.job import FailedError, run_fresh
from bench.pc import Place, spread
from bench.peer import run_peer
from sonar_core.sync.messages import MAX_FRAME_ROWS
from sonar_server.store.embedded import EmbeddedPostgres
from tools.demo import Person, enrol

_FOLDER: Final = Path(__file__).resolve().parents[1]
_SIZES: Final = "100,1000,3300"
_SCREENS_AT: Final = 1000
_PUSHED: Final = 1000
_EVENTS: Final = 500
_DETAINEES: Final = 200
_KEYS: Final = 2000
_MB: Final = 1e6


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


class Run:
    """One run of the benchmark."""

    def __init__(self, asked: argparse.Namespace, server: EmbeddedPostgres, folder: Path) -> None:
        """Take what was asked for, and where everything may be put."""
        self._asked = asked
        self._postgres = server
        self._folder = folder
        self._places = 0

    def size(self, episodes: int, *, with_screens: bool = True) -> dict[str, Any]:
        """Measure everything at one size."""
        folder = self._folder / f"centre{episodes}"
        folder.mkdir()
        centre = Centre(self._postgres, folder, f"size{episodes}")
        try:
            _say(f"{episodes} episodes: seeding")
            records = centre.seed(episodes)
            found: dict[str, Any] = {"records": records}
            found |= self._first_syncs(centre, episodes)
            found |= self._changes(centre, records)
            _say(json.dumps(found))
            if with_screens and episodes == min(_SCREENS_AT, max(self._asked.sizes)):
                found["screens"] = self._screens(centre)
            return found
        finally:
            centre.stop()

    def _place(self, centre: Centre) -> Place:
        self._places += 1
        folder = self._folder / f"pc{self._places}"
        folder.mkdir()
        return Place(
            folder=str(folder),
            key=secrets.token_bytes(32),
            salt=secrets.token_bytes(16),
            record=centre.enrol(f"PC {self._places}"),
            server=centre.address,
            user=centre.user,
        )

    def _first_syncs(self, centre: Centre, episodes: int) -> dict[str, Any]:
        """First sync, machine limits and the peer in turn, so that noise falls on all alike."""
        ours, raw, by_frame, wire = [], [], [], []
        for turn in range(self._asked.reps):
            place = self._place(centre)
            ours.append(run_fresh("exchange.first_sync", place))
            if ours[-1]["body_bytes"] < MEAN_BYTES * ours[-1]["rows"]:
                raise SystemExit("the workload's records are smaller than the common one's")
            raw.append(
                run_fresh(
                    "limit.executemany",
                    place,
                    target=f"{place.folder}/raw.db",
                    commit_rows=round(ours[-1]["rows"] / ours[-1]["commits"]),
                )
            )
            by_frame.append(
                run_fresh(
                    "limit.executemany",
                    place,
                    target=f"{place.folder}/by_frame.db",
                    commit_rows=MAX_FRAME_ROWS,
                )
            )
            wire.append(run_fresh("limit.loopback", place))
            _say(f"first sync {turn + 1}: {_per_second(ours[-1])}/s, limit {_per_second(raw[-1])}")
            shutil.rmtree(place.folder)
        speed = statistics.median(map(_per_second, ours))
        bytes_each = ours[0]["bytes"] / ours[0]["rows"]
        limit = statistics.median(map(_per_second, raw))
        pairs = [
            _per_second(one) / _per_second(other) for one, other in zip(ours, raw, strict=True)
        ]
        peer = self._peer(episodes)
        answer = {
            "first_sync": {
                "rows": ours[0]["rows"],
                "bytes_a_record": round(bytes_each),
                "bytes_a_body": round(ours[0]["body_bytes"] / ours[0]["rows"]),
                "records_s": round(speed),
                "commits_of_each_run": [one["commits"] for one in ours],
                "mb_s": round(speed * bytes_each / _MB, 1),
                "records_s_of_each_run": [round(_per_second(one)) for one in ours],
                "client_cpu_s": round(statistics.median(one["cpu_seconds"] for one in ours), 2),
                "peak_mb": max(one["peak_mb"] for one in ours),
                "file_mb": round(ours[0]["file_bytes"] / _MB, 1),
            },
            "limits": {
                "executemany_records_s": round(limit),
                "executemany_records_s_of_each_run": [round(_per_second(one)) for one in raw],
                "executemany_a_commit_each_frame_records_s": round(
                    statistics.median(map(_per_second, by_frame))
                ),
                "loopback_records_s": round(statistics.median(map(_per_second, wire))),
                "wire_mb": round(wire[0]["wire_bytes"] / _MB, 2),
            },
            "ratios": {
                "first_sync_to_executemany": round(statistics.median(pairs), 2),
                "of_each_run": [round(one, 2) for one in pairs],
                "first_sync_to_loopback": round(
                    speed / statistics.median(map(_per_second, wire)), 3
                ),
            },
            "peer": peer,
        }
        if "first_sync_records_s" in peer:
            theirs = peer["first_sync_records_s"]
            answer["ratios"]["first_sync_to_peer_records"] = round(speed / theirs, 2)
            answer["ratios"]["first_sync_to_peer_bytes"] = round(
                speed * bytes_each / (theirs * 592), 2
            )
        return answer

    def _peer(self, episodes: int) -> dict[str, Any]:
        if not (self._asked.peer and self._asked.peer_python):
            return {"not_run": "give --peer and --peer-python"}
        _say("the peer")
        out = self._folder / f"peer{episodes}"
        out.mkdir()
        return run_peer(
            self._asked.peer_python.absolute(),
            self._asked.peer.absolute(),
            self._postgres,
            episodes,
            out,
            self._asked.reps,
        )

    def _changes(self, centre: Centre, records: int) -> dict[str, Any]:
        place = self._place(centre)
        run_fresh("exchange.first_sync", place)
        deltas, pushes = [], []
        for turn in range(self._asked.reps):
            centre.rewrite(records // 100)
            deltas.append(run_fresh("exchange.pull", place))
            pushes.append(run_fresh("exchange.push", place, count=_PUSHED, seed=turn + 10))
        _say("idle")
        idle = run_fresh("exchange.idle", place, times=100)
        stay = centre.busy(_EVENTS)
        run_fresh("exchange.pull", place)
        opened = run_fresh("exchange.open_patient", place, stay=stay, times=300)
        push_s = [one["seconds"] for one in pushes]
        return {
            "delta": {
                "rows": deltas[0]["rows"],
                "ms": round(statistics.median(one["seconds"] for one in deltas) * 1000, 1),
                "ms_of_each_run": [round(one["seconds"] * 1000, 1) for one in deltas],
            },
            "push": {
                "operations": _PUSHED,
                "ms": round(statistics.median(push_s) * 1000, 1),
                "ms_of_each_run": [round(one * 1000, 1) for one in push_s],
                "operations_s": round(_PUSHED / statistics.median(push_s)),
                "rows_back_ms": round(
                    statistics.median(one["rows_back_seconds"] for one in pushes) * 1000, 1
                ),
                "sign_and_save": pushes[len(pushes) // 2]["sign_and_save"],
            },
            "idle": idle,
            "open_patient_data": opened,
        }

    def _screens(self, centre: Centre) -> dict[str, Any]:
        _say("screens")
        place = self._place(centre)
        centre.fill(_DETAINEES - 41)
        run_fresh("exchange.first_sync", place)
        stay = centre.busy(_EVENTS)
        run_fresh("exchange.pull", place)
        found = {
            "board": _told("screen.board", place, times=50),
            "open_record": _told("screen.open_record", place, stay=stay, times=15),
            "keys_at_rest": _told("screen.keys_at_rest", place, stay=stay, keys=_KEYS),
        }
        shutil.rmtree(place.folder)
        Path(place.folder).mkdir()
        found["keys_during_first_sync"] = _told(
            "screen.keys_during_first_sync", place, stay=stay, keys=_KEYS
        )
        _say("cold start")
        found["cold_start"] = self._cold_start(centre)
        return found

    def _cold_start(self, centre: Centre) -> dict[str, Any]:
        person = Person(username=USERNAME, password=PASSWORD, who="Rhona Okafor, nurse")
        folder = self._folder / "cold"
        enrol(folder, "MED-01", centre.address, centre.code(), person)
        spent = []
        for _ in range(self._asked.reps + 1):
            begun = time.monotonic_ns()
            ended = subprocess.run(
                [sys.executable, "-m", "bench.cold_start", str(folder)],
                cwd=_FOLDER,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            if not ended.stdout:
                return {"failed": ended.stderr[-400:]}
            spent.append((int(ended.stdout.splitlines()[0]) - begun) / 1e9)
        return spread(spent[1:])


def _told(task: str, place: Place, **given: Any) -> dict[str, Any]:
    """Run one measurement of a screen; one that fails is told as such and holds up no other."""
    _say(task)
    try:
        found = run_fresh(task, place, **given)
    except FailedError as error:
        found = {"failed": str(error)[-400:]}
    _say(json.dumps(found))
    return found


def _per_second(one: dict[str, Any]) -> float:
    return float(one["rows"]) / float(one["seconds"])


def machine() -> dict[str, Any]:
    """Return what a figure depends on besides the program."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return {
        "cpu": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "load_before": os.getloadavg()[0],
        "niceness": os.nice(0),
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--sizes",
        type=lambda text: [int(part) for part in text.split(",")],
        default=_SIZES,
        help="episodes of 30 records, as 100,1000",
    )
    parser.add_argument("--reps", type=int, default=5, help="runs of which the median counts")
    parser.add_argument("--peer", type=Path, help="folder of the like-for-like peer")
    parser.add_argument("--peer-python", type=Path, help="a Python with the peer's requirements")
    return parser.parse_args()


def main() -> None:
    asked = _asked()
    for number in (signal.SIGTERM, signal.SIGINT):
        # So that what was started is ended, also when a time limit ends the benchmark.
        signal.signal(number, lambda number, _frame: sys.exit(128 + number))
    found: dict[str, Any] = {"machine": machine(), "sizes": {}}
    with (
        postgres() as server,
        tempfile.TemporaryDirectory(prefix="sonar-bench-") as folder,
    ):
        run = Run(asked, server, Path(folder))
        for episodes in asked.sizes:
            measured = run.size(episodes)
            found["sizes"][str(measured["records"])] = measured
    found["machine"]["load_after"] = os.getloadavg()[0]
    print(json.dumps(msgspec.to_builtins(found), indent=2))


if __name__ == "__main__":
    main()
