"""Nothing anyone typed can be read in any file, in what the program prints, or in its log.

The program runs with folders of its own and somebody types one name into every form of it. What
follows looks for that name, as text of 8 and of 16 bits, while the program runs and after its end.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.security.typing_everywhere import CANARY

ROOT = Path(__file__).parents[2]
SECRETS = [
    *(CANARY.encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be")),
    *(CANARY.upper().encode(coding) for coding in ("utf-8", "utf-16-le")),
    b"SQLite format 3",
    b"CREATE TABLE",
]
FOLDERS = ("HOME", "TMPDIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")


def hits(folder: Path) -> list[str]:
    """Return the files below a folder that hold any of it."""
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(secret in path.read_bytes() for secret in SECRETS)
    ]


@pytest.fixture
def program(tmp_path):
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    for name in FOLDERS:
        environment[name] = str(tmp_path / name.lower())
        (tmp_path / name.lower()).mkdir()
    (tmp_path / "pc" / "data").mkdir(parents=True, mode=0o700)
    with (
        (tmp_path / "stderr").open("wb") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", "tests.security.typing_everywhere", str(tmp_path / "pc")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            cwd=ROOT,
            env=environment | {"QT_QPA_PLATFORM": "offscreen"},
        ) as started,
    ):
        yield started
        started.kill()


def test_a_name_typed_into_every_form_is_in_no_file_and_in_nothing_said(program, tmp_path):
    refused = program.stdout.readline().split()
    assert refused[0] == b"refused", (tmp_path / "stderr").read_text()
    typed = program.stdout.readline().split()
    assert typed[0] == b"typed", (tmp_path / "stderr").read_text()
    # It was there to be found: fields, drafts of many forms, notes, and refusals of every sort.
    fields, drafts, notes = (int(number) for number in typed[1:4])
    assert fields >= 30
    assert drafts >= 8
    assert notes >= 1
    assert set(refused) >= {b"StoreFullError", b"UnwritableError", b"FaultError"}

    while_running = hits(tmp_path)
    wal = tmp_path / "pc" / "data" / "client.db-wal"
    assert wal.exists()
    said, _ = program.communicate()
    assert program.returncode == 0
    assert not any(secret in b" ".join([*refused, *typed, said]) for secret in SECRETS)
    assert (while_running, hits(tmp_path)) == ([], [])
    log = (tmp_path / "pc" / "data" / "log" / "sonar.log").read_text()
    assert "error.uncaught" in log
    assert "ValueError" in log


def test_the_search_finds_what_is_there(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "core").write_bytes(b"\0" * 5000 + CANARY.encode("utf-16-le"))
    (tmp_path / "crash.log").write_text(f"could not save {CANARY}")
    (tmp_path / "clean").write_bytes(b"nothing")
    assert hits(tmp_path) == ["crash.log", "deep/core"]
