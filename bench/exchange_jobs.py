"""What the exchange with the server takes, each measured in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.caseload import Caseload
from bench.pc import Pc, Place, keep_from_collecting, peak_mb, resident_mb, spread, timed
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_desktop.sync.exchange import Exchange
from sonar_desktop.usecases.read_page import read_page
from sonar_desktop.usecases.sync_ports import Part, Stored


def first_sync(place: Place, _given: dict[str, Any]) -> dict[str, Any]:
    """Fetch everything into an empty store, through the worker that the program runs."""
    keep_from_collecting()
    before_mb = resident_mb()
    begun_cpu = time.process_time()
    pc = Pc(place)
    commits = _counted(pc)
    spent = pc.exchange()
    rows = pc.rows()
    cpu = time.process_time() - begun_cpu
    found = {
        "rows": rows,
        "seconds": spent,
        "commits": len(commits),
        "cpu_seconds": cpu,
        "peak_mb": peak_mb(),
        "resident_mb": resident_mb(),
        "before_mb": before_mb,
    }
    pc.require_intact()
    of_bodies, of_rest = pc.query("SELECT sum(length(body)), sum(length(provenance)) FROM record")[
        0
    ]
    found["bytes"], found["body_bytes"] = of_bodies + of_rest, of_bodies
    pc.close()
    found["file_bytes"] = Path(place.store).stat().st_size
    return found


def _counted(pc: Pc) -> list[Stored]:
    """Return a list that gets what each commit of rows of a first sync stored."""
    store = pc.opened.sync
    take, commits = store.take_snapshot, list[Stored]()

    def counted(parts: Sequence[Part]) -> Stored:
        commits.append(take(parts))
        return commits[-1]

    store.take_snapshot = counted  # type: ignore[method-assign]
    return commits


def pull(place: Place, _given: dict[str, Any]) -> dict[str, Any]:
    """Fetch what came since."""
    pc = Pc(place)
    before = pc.rows()
    spent = pc.exchange()
    found = {"seconds": spent, "rows": pc.rows() - before}
    pc.require_intact()
    pc.close()
    return found


def push(place: Place, given: dict[str, Any]) -> dict[str, Any]:
    """Write records without contact, each its own user action, then send them."""
    pc = Pc(place)
    stays = pc.desk.store.read(lambda reading: reading.all_of(CustodyEpisode))
    made = Caseload(place.record.site, place.user, seed=given["seed"])
    records = []
    for number in range(given["count"]):
        stay = stays[number * 7919 % len(stays)]
        make = made.note if number % 3 == 0 else made.observations
        records.append(make(stay.patient, stay.id))
    store, actor = pc.desk.store, pc.desk.actor
    saved = [
        timed(lambda: store.write(actor, "record", lambda write: write.record(one)))  # noqa: B023
        for one in records
    ]
    exchange = Exchange(
        port=pc.link, store=pc.opened.sync, report=lambda *_: None, changed=lambda _: None
    )
    hello = pc.link.hello()
    spent = timed(lambda: exchange.push(hello.max_operations, hello.max_push_bytes))
    waiting = pc.opened.sync.waiting()
    if waiting.operations or waiting.held_back:
        raise SystemExit("operations were not taken")
    back = pc.exchange()
    pc.require_intact()
    pc.close()
    return {"seconds": spent, "rows_back_seconds": back, "sign_and_save": spread(saved)}


def idle(place: Place, given: dict[str, Any]) -> dict[str, Any]:
    """Exchange again and again with nothing to send and nothing to fetch."""
    pc = Pc(place)
    pc.exchange()
    found = spread([pc.exchange() for _ in range(given["times"])])
    pc.close()
    return found


def open_patient(place: Place, given: dict[str, Any]) -> dict[str, Any]:
    """Read what the record page of one stay shows, from one state of the store as it does."""
    pc = Pc(place)
    stay = given["stay"]
    entries = len(read_page(pc.desk, stay).timeline)
    keep_from_collecting()
    spent = [timed(lambda: read_page(pc.desk, stay)) for _ in range(given["times"])]
    pc.close()
    return {"entries": entries, "read_page": spread(spent), "resident_mb": resident_mb()}
