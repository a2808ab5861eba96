"""`python -m bench.thousand`: a thousand PCs on one server, at work and back after an outage.

Ten PCs at each of a hundred sites listen for hints, enter something now and then, send it, and
fetch what the others of their site entered. The simulated PCs share one process beside the server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from bench.caseload import Caseload
from bench.centre import Centre, postgres
from bench.pc import spread
from bench.simulated import Answered, SimulatedPc

_SITES: Final = 100
_EVERY_S: Final = 60.0
_LONGEST_S: Final = 120.0


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def made_pcs(centre: Centre, devices: int, log: list[Answered]) -> list[SimulatedPc]:
    """Enrol so many PCs at the sites in turn, each site with one person in custody."""
    places = [centre.another_site(f"Site {number}") for number in range(min(_SITES, devices))]
    pcs = []
    for number in range(devices):
        site, stay = places[number % len(places)]
        made = Caseload(site.id, centre.user, seed=10_000 + number)
        pcs.append(
            SimulatedPc(
                address=centre.address,
                record=centre.enrol_directly(f"PC {number}", site),
                user=centre.user,
                write=lambda made=made, stay=stay: made.note(stay.patient, stay.id),
                every_s=_EVERY_S,
                log=log,
                chance=random.Random(number),
            )
        )
    return pcs


async def measured(
    centre: Centre, pcs: Sequence[SimulatedPc], log: list[Answered], *, seconds: float, away: float
) -> dict[str, Any]:
    """Let them work for a while, take the server away, and let them come back."""
    found: dict[str, Any] = {"devices": len(pcs), "sites": len({pc.record.site for pc in pcs})}
    found["server_mb_before"] = centre.memory_mb()
    tasks = [asyncio.create_task(pc.run()) for pc in pcs]
    await _until_all(pcs, since=0.0)
    _say("all are there")
    found["server_mb_connected"] = centre.memory_mb()
    begun, cpu = time.perf_counter(), centre.cpu_seconds()
    own_cpu = time.process_time()
    log.clear()
    await asyncio.sleep(seconds)
    spent = time.perf_counter() - begun
    found["working"] = _told(log, spent) | {
        "server_processor_share": round((centre.cpu_seconds() - cpu) / spent, 2),
        "simulated_pcs_processor_share": round((time.process_time() - own_cpu) / spent, 2),
        "server_mb": centre.memory_mb(),
    }
    _say(json.dumps(found["working"]))
    log.clear()
    await asyncio.to_thread(centre.go_away)
    await asyncio.sleep(away)
    back_at, back = time.perf_counter(), time.monotonic()
    await asyncio.to_thread(centre.come_back)
    ready = time.perf_counter()
    seen_s = await _until_all(pcs, since=back)
    after = [one for one in log if one.at + one.seconds >= ready]
    seconds_of = Counter(int(one.at + one.seconds - ready) for one in after if one.status)
    found["after_an_outage"] = {
        "away_s": round(back_at - begun - spent, 1),
        "until_half_had_exchanged_s": round(seen_s[len(seen_s) // 2], 1),
        "until_all_had_exchanged_and_listened_s": round(seen_s[-1], 1),
        "most_answers_in_one_second": max(seconds_of.values()),
        "refused_as_too_many_or_busy": sum(one.status in {429, 503} for one in after),
        "server_mb": centre.memory_mb(),
    } | _told(after, seen_s[-1])
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for pc in pcs:
        pc.close()
    return found


async def _until_all(pcs: Sequence[SimulatedPc], since: float) -> list[float]:
    """Wait until each has exchanged since then and listens; return when each had, in order."""
    begun, seen = time.monotonic(), dict[str, float]()
    while len(seen) < len(pcs):
        if time.monotonic() - begun > _LONGEST_S:
            raise SystemExit(f"{len(pcs) - len(seen)} PCs did not come within {_LONGEST_S} s")
        now = time.monotonic()
        for pc in pcs:
            if pc.record.device not in seen and pc.is_live and pc.exchanged_at > since:
                seen[pc.record.device] = now - since
        await asyncio.sleep(0.1)
    return sorted(seen.values())


def _told(log: Sequence[Answered], seconds: float) -> dict[str, Any]:
    answered = [one for one in log if one.status == HTTPStatus.OK]
    paths = sorted({one.path for one in answered})
    return {
        "requests_s": round(len(answered) / seconds, 1),
        "not_answered": sum(one.status == 0 for one in log),
    } | {
        path: {"count": len(times)} | spread(times)
        for path in paths
        if (times := [one.seconds for one in answered if one.path == path])
    }


def run(devices: int, seconds: float, away: float) -> dict[str, Any]:
    """Return what so many PCs and the server did."""
    with tempfile.TemporaryDirectory(prefix="sonar-bench-") as name, postgres() as server:
        centre = Centre(server, Path(name), "thousand")
        try:
            log: list[Answered] = []
            _say(f"enrolling {devices}")
            pcs = made_pcs(centre, devices, log)
            return {
                "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "cores": os.cpu_count(),
                "load": os.getloadavg()[0],
            } | asyncio.run(measured(centre, pcs, log, seconds=seconds, away=away))
        finally:
            centre.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.thousand", description=__doc__)
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--away", type=float, default=20.0)
    asked = parser.parse_args()
    print(json.dumps(run(asked.devices, asked.seconds, asked.away), indent=2))


if __name__ == "__main__":
    main()
