from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sonar_core.records.note import Note
from sonar_desktop.db import database as database_module
from sonar_desktop.db import writer
from sonar_desktop.db.database import open_database
from sonar_desktop.db.engine import PAGE_BYTES, driver_connection, writer_engine
from sonar_desktop.db.errors import StoreBusyError, StoreDamagedError, StoreFullError
from sonar_desktop.db.writer import Priority
from tests.db.clinic import Desk, HeldKey

ROOT = Path(__file__).parents[2]
WRITE_UNTIL_KILLED = """
import sys
from pathlib import Path
from tests.db.clinic import NURSE, Desk
desk = Desk(Path(sys.argv[1]), space=int(sys.argv[2]))
if desk.store.read(lambda look: look.setting("ready")) is None:
    desk.enrol()
    desk.store.write(NURSE, "begin", lambda write: write.put_setting("ready", "yes"))
patient, episode = desk.arrival()
while True:
    print(desk.note(patient, episode, "seen and well"), flush=True)
"""


def test_every_entry_acknowledged_before_the_power_went_is_there_after(tmp_path):
    path = tmp_path / "client.db"
    acknowledged: list[str] = []
    for number in range(1, 4):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITE_UNTIL_KILLED, str(path), str(number)],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        with process:
            for line in process.stdout:
                acknowledged.append(line.strip())
                if len(acknowledged) >= 25 * number:
                    process.send_signal(signal.SIGKILL)
                    break
            # What it still said before it ended was on disk too.
            acknowledged += [line.strip() for line in process.stdout if line.endswith("\n")]

    desk = Desk(path, space=9)
    notes = {note.id for note in desk.store.read(lambda look: look.all_of(Note))}
    operations = desk.sync.outgoing(10_000, 1 << 30).operations
    desk.database.close()
    assert len(acknowledged) >= 75
    assert set(acknowledged) <= notes
    assert len(operations) == len(notes) + 6, "each entry has its operation, and none is half"


def is_clean(desk):
    return desk.database.read(
        lambda connection: connection.exec_driver_sql("SELECT is_clean FROM store_state").scalar()
    )


@pytest.fixture
def checked(monkeypatch):
    """Counts the checks of all pages."""
    done = []
    check = database_module.check_pages
    monkeypatch.setattr(database_module, "check_pages", lambda raw: (done.append(1), check(raw))[1])
    return done


def cut_off(folder):
    """Copy a store in use, which is what a power cut leaves; by a process of its own, so that
    SQLite's lock in this one stays."""
    for path in list(folder.iterdir()):
        target = folder / path.name.replace("client", "cut")
        subprocess.run(["cp", str(path), str(target)], check=True)
    return folder / "cut.db"


def test_the_file_is_checked_after_a_start_that_was_cut_off_and_only_then(desk, tmp_path, checked):
    patient, episode = desk.arrival()
    desk.note(patient, episode, "settled")
    cut = Desk(cut_off(tmp_path), space=2)
    assert len(checked) == 1
    assert len(cut.store.read(lambda look: look.of_episode(episode))) == 2
    cut.reopen()
    assert len(checked) == 1
    assert is_clean(cut) == 0, "in use again"
    cut.database.close()


def test_damage_found_by_the_check_stops_the_start_and_is_left_as_it_is(desk, tmp_path):
    for number in range(20):
        desk.arrival(family=f"Marsh{number}")
    desk.reopen()
    root = desk.database.read(
        lambda connection: connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = 'pending'"
        ).scalar()
    )
    cut = cut_off(tmp_path)
    content = bytearray(cut.read_bytes())
    page = slice((root - 1) * PAGE_BYTES, root * PAGE_BYTES)
    content[page] = bytes(200) + content[page][200:]
    cut.write_bytes(content)

    with pytest.raises(StoreDamagedError):
        open_database(cut, HeldKey())

    assert len(cut.read_bytes()) == len(content)
    assert cut.read_bytes()[page] == content[page]


def test_a_pause_empties_the_write_ahead_log(tmp_path, monkeypatch):
    tidied = threading.Event()
    tidy = database_module._tidy

    def tidy_told(connection):
        tidy(connection)
        tidied.set()

    monkeypatch.setattr(writer, "IDLE_S", 0.02)
    monkeypatch.setattr(database_module, "_tidy", tidy_told)
    desk = Desk(tmp_path / "client.db")
    desk.enrol()
    desk.arrival()
    tidied.clear()
    desk.database.write(Priority.USER, lambda _: None)
    assert tidied.wait(5)
    assert (tmp_path / "client.db-wal").stat().st_size == 0
    desk.database.close()
    assert not (tmp_path / "client.db-wal").exists()


def test_no_name_is_readable_in_any_file(desk, tmp_path):
    canary = "Quillfeather"
    patient, episode = desk.arrival(family=canary)
    for number in range(30):
        desk.note(patient, episode, f"{canary} seen {number}")
    during = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    files = sorted(path.name for path in tmp_path.iterdir())
    desk.reopen()
    after = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert files == ["client.db", "client.db-shm", "client.db-wal"]
    for content in (during, after):
        assert len(content) > 50_000
        assert canary.encode() not in content
        assert b"SQLite format 3" not in content
        assert b"CREATE TABLE" not in content


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 4 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.needs_root
def test_a_full_disk_refuses_the_entry_and_loses_none_that_was_saved(small_disk):
    desk = Desk(small_disk / "client.db")
    desk.enrol()
    patient, episode = desk.arrival()
    saved = []

    with pytest.raises(StoreFullError):  # noqa: PT012 every entry before the one refused counts
        while True:
            saved.append(desk.note(patient, episode, "seen and well " * 100))
    assert len(saved) > 10
    notes = {note.id for note in desk.store.read(lambda look: look.all_of(Note))}
    assert notes == set(saved)

    subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
    saved.append(desk.note(patient, episode, "there is room again"))
    notes = {note.id for note in desk.store.read(lambda look: look.all_of(Note))}
    waiting = desk.sync.waiting()
    desk.reopen()
    kept = {note.id for note in desk.store.read(lambda look: look.all_of(Note))}
    desk.database.close()
    assert notes == kept == set(saved)
    assert waiting.operations == len(saved) + 2


def test_a_store_held_for_a_moment_by_another_program_refuses_and_goes_on_afterwards(desk):
    patient, episode = desk.arrival()
    desk.database.write(
        Priority.USER,
        lambda connection: driver_connection(connection).set_busy_timeout(0.01),
    )
    other = writer_engine(desk.path, HeldKey())
    with other.connect() as holder:
        raw = driver_connection(holder)
        raw.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError):
            desk.note(patient, episode, "refused")
        raw.execute("ROLLBACK")
    other.dispose()
    desk.note(patient, episode, "taken")
    notes = desk.store.read(lambda look: look.all_of(Note))
    assert [note.text for note in notes] == ["taken"]
    assert desk.sync.waiting().operations == 3


def test_what_is_seen_is_looked_up_again_only_when_something_may_have_been_written(desk):
    looks = []

    def look(connection):
        looks.append(None)
        return connection.exec_driver_sql("SELECT count(*) FROM own_op").scalar()

    def fail(_connection):
        raise InterruptedError

    assert [desk.database.seen(look) for _ in range(3)] == [0, 0, 0]
    assert len(looks) == 1
    desk.arrival()
    assert [desk.database.seen(look) for _ in range(3)] == [2, 2, 2]
    assert len(looks) == 2
    with pytest.raises(InterruptedError):
        desk.database.write(Priority.SYNC, fail)
    assert desk.database.seen(look) == 2
    assert len(looks) == 3, "nobody knows what became of it"


def test_what_was_written_while_it_was_looked_up_is_seen_next(desk):
    def look(connection):
        found = connection.exec_driver_sql("SELECT count(*) FROM own_op").scalar()
        if not found:
            desk.arrival()
        return found

    assert [desk.database.seen(look) for _ in range(2)] == [0, 2]
