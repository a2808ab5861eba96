"""`python -m bench.verify`: how many entries `sonar-verify` follows in a second on this machine.

The export is made up: notes and lines of the access log of one PC, as its program writes them,
with real keys and a countersignature at every 20th entry. Reading from the file system's cache,
decoding, hashing and checking are all counted; nothing is printed meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sonar_core.audit.export import (
    AnchorLine,
    ChainHead,
    DeviceKeys,
    Entry,
    ExportEnd,
    ExportHead,
    Line,
    PublicKeys,
)
from sonar_core.ids import uuid7
from sonar_core.moments import moment_at
from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_core.sync import clock
from sonar_core.sync.anchors import Anchor, countersign
from sonar_core.sync.authoring import Authorship, DeviceChain, author, record_intent
from sonar_core.sync.fingerprint import device_fingerprint
from sonar_core.sync.operations import FIRST_PREV_HASH, payload_hash
from sonar_verify.reading import Workers, follow

_START_MS: Final = 1_790_000_000_000
_ANCHOR_EVERY: Final = 20


def _id(number: int) -> str:
    return uuid7(_START_MS + number, number.to_bytes(10, "big"))


def made_export(file: Path, entries: int) -> PublicKeys:
    """Write an export of so many entries; return the keys to check it with."""
    server, pc = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    device = _id(0)
    chain = DeviceChain(
        device=device, incarnation=1, next_seq=1, prev_hash=FIRST_PREV_HASH, hlc=clock.ZERO
    )
    lines: list[Line] = []
    anchors: list[AnchorLine] = []
    for number in range(1, entries + 1):
        at = moment_at(_START_MS + number * 1000, "Europe/London")
        event = AccessEvent(
            id=_id(number),
            action=AccessAction.OPENED_RECORD,
            recorded_at=at,
            user=_id(1),
            patient=_id(2),
            episode=_id(3),
        )
        by = Authorship(
            user=_id(1),
            lease_id=_id(4),
            intent="opened_record",
            recorded_at=at,
            monotonic_ms=number,
            offline=False,
        )
        made = author(
            chain,
            (record_intent(event, f"{device}/device"),),
            by,
            txn_id=_id(number),
            op_ids=(_id(number),),
            sign=pc.sign,
        )
        chain = made.chain
        (operation,) = made.operations
        lines.append(
            Entry(
                header=operation.header,
                signature=operation.signature,
                payload_hash=payload_hash(operation.payload),
                payload=operation.payload,
            )
        )
        if number % _ANCHOR_EVERY == 0:
            anchor = Anchor(
                device=device,
                incarnation=1,
                op_seq=number,
                header_hash=chain.prev_hash,
                server_ms=at.utc_ms,
                signed_by="",
            )
            signed = countersign(anchor, server.sign)
            anchors.append(AnchorLine(body=signed.body, signature=signed.signature))
    head = ExportHead(v=1, organisation="o", server_id="s", made_ms=_START_MS)
    chain_head = ChainHead(device=device, incarnation=1, first_seq=1)
    end = ExportEnd(chains=1, entries=entries)
    with file.open("wb") as out:
        for line in (head, chain_head, *anchors, *lines, end):
            out.write(msgspec.json.encode(line) + b"\n")
    public = pc.public_key().public_bytes_raw()
    return PublicKeys(
        v=1,
        organisation="o",
        server_public=server.public_key().public_bytes_raw(),
        devices=(
            DeviceKeys(
                device=device,
                name="PC",
                site="Site",
                sign_public=public,
                seal_public=bytes(32),
                fingerprint=device_fingerprint(public, bytes(32)),
            ),
        ),
    )


def seconds(file: Path, keys: PublicKeys, threads: int) -> float:
    """Return how long the program takes: with every signature, by its links where 0 threads."""
    begun = time.perf_counter()
    with file.open("rb") as lines, ThreadPoolExecutor(max(threads, 1)) as executor:
        workers = Workers(executor=executor, threads=threads) if threads else None
        report = follow(lines, keys, workers)
    spent = time.perf_counter() - begun
    if not report.is_clean or report.chains[0][1].unproven:
        raise SystemExit("a whole export was not verified")
    return spent


def measured(entries: int, reps: int) -> dict[str, Any]:
    """Return entries a second of each way, the median of so many runs and each of them."""
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="sonar-bench-") as folder:
        file = Path(folder) / "export.jsonl"
        keys = made_export(file, entries)
        size = file.stat().st_size
        ways = {"every_signature_all_cores": cores, "every_signature_one_thread": 1, "links": 0}
        found: dict[str, Any] = {"entries": entries, "bytes": size, "cores": cores}
        rates: dict[str, list[int]] = {name: [] for name in ways}
        for _ in range(reps):
            for name, threads in ways.items():
                rates[name].append(round(entries / seconds(file, keys, threads)))
    for name, some in rates.items():
        found[name] = {"entries_s": round(statistics.median(some)), "of_each_run": some}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.verify", description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--reps", type=int, default=5)
    asked = parser.parse_args()
    print(json.dumps(measured(asked.entries, asked.reps), indent=2))


if __name__ == "__main__":
    main()
