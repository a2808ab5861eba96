"""What this machine can do at most with the same bytes, in the same run."""

from __future__ import annotations

import http.client
import http.server
import threading
import time
from pathlib import Path
from typing import Any, Final

import zstandard

from bench.pc import Pc, Place, keep_from_collecting
from sonar_core.sync.frames import frame_bytes, split_frames
from sonar_core.sync.messages import MAX_FRAME_ROWS, SnapshotFrame
from sonar_core.sync.rows import Row
from sonar_desktop.db.database import open_database
from sonar_desktop.db.engine import driver_connection, writer_engine
from sonar_desktop.db.ingest import INSERT_RECORD

_HELD: Final = (
    "SELECT kind, id, version, scope, seq, commit_no, patient, episode, at_ms, body, provenance, "
    "row_hash FROM record ORDER BY rowid"
)


def executemany(place: Place, given: dict[str, Any]) -> dict[str, Any]:
    """Write the rows of a synced store into another's `record`, as it is, by `executemany`."""
    rows = _rows(place)
    commit_rows: int = given["commit_rows"]
    target = Path(given["target"])
    open_database(target, place.dek()).close()
    engine = writer_engine(target, place.dek())
    connection = engine.connect()
    raw = driver_connection(connection)
    batches = [rows[at : at + commit_rows] for at in range(0, len(rows), commit_rows)]
    keep_from_collecting()
    begun = time.perf_counter()
    for batch in batches:
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany(INSERT_RECORD, batch)
        raw.execute("COMMIT")
    spent = time.perf_counter() - begun
    connection.close()
    engine.dispose()
    return {"rows": len(rows), "seconds": spent}


def loopback(place: Place, _given: dict[str, Any]) -> dict[str, Any]:
    """Fetch the same rows over HTTP as one compressed answer, and inflate and split it."""
    rows = [
        Row(seq, commit_no, kind, identifier, version, patient, episode, at_ms, body, written)
        for (
            kind, identifier, version, _, seq, commit_no, patient, episode, at_ms, body, written, _,
        ) in _rows(place)
    ]  # fmt: skip
    frames = b"".join(
        frame_bytes(SnapshotFrame(rows=rows[at : at + MAX_FRAME_ROWS], patients=0))
        for at in range(0, len(rows), MAX_FRAME_ROWS)
    )
    answer = zstandard.compress(frames, 3)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    begun = time.perf_counter()
    line = http.client.HTTPConnection("127.0.0.1", server.server_port)
    line.request("GET", "/")
    inflated = zstandard.ZstdDecompressor().decompressobj().decompress(line.getresponse().read())
    payloads = split_frames(inflated).payloads
    spent = time.perf_counter() - begun
    thread.join()
    line.close()
    server.server_close()
    return {
        "rows": len(rows),
        "frames": len(payloads),
        "wire_bytes": len(answer),
        "inflated_bytes": len(frames),
        "seconds": spent,
    }


def _rows(place: Place) -> list[tuple[Any, ...]]:
    pc = Pc(place)
    rows = [tuple(row) for row in pc.query(_HELD)]
    pc.close()
    return rows
