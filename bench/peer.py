"""The like-for-like peer, run in turn with the product: its own folder, its own Python.

It is a yardstick outside this repository: where it is comes by options, and without them the row
says that it was not run.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sonar_server.store.embedded import EmbeddedPostgres

NAME = "naive-batch-cipher"


def run_peer(
    python: Path, folder: Path, postgres: EmbeddedPostgres, episodes: int, out: Path, reps: int
) -> dict[str, Any]:
    """Return what the peer's own driver measured at one size, medians by phase."""
    url = postgres.url()
    socket = parse_qs(urlsplit(url).query)["host"][0]
    command = [
        str(python), str(folder / "run_naive.py"), "--only", NAME, "--sizes", str(episodes),
        "--reps", str(reps), "--phases", "initial,inc,idle,push,query", "--out", str(out),
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        cwd=out,
        env={
            **os.environ,
            "PEERS_PG_ADMIN": "postgresql://postgres@/postgres",
            "PGHOST": socket,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _, said = process.communicate(timeout=1200)
    except BaseException:
        process.kill()
        process.communicate()
        raise
    file = out / f"{NAME}.json"
    if process.returncode != 0 or not file.exists():
        return {"failed": said[-500:]}
    found: dict[str, Any] = json.loads(file.read_text())["sizes"][str(episodes)]
    if "failed" in found:
        return {"failed": found["failed"][-500:]}
    return {
        "first_sync_records_s": round(found["initial"]["rec_s"]["median"]),
        "first_sync_mb": round(found["initial"]["rss_mb"]["median"], 1),
        "delta_ms": round(found["inc"]["wall_ms"]["median"], 1),
        "push_ms": round(found["push"]["wall_ms"]["median"], 1),
        "idle_ms": round(found["idle"]["ms"]["median"], 2),
        "query_p50_ms": round(found["query"]["p50_ms"]["median"], 2),
        "query_p99_ms": round(found["query"]["p99_ms"]["median"], 2),
    }
