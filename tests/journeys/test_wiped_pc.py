"""A PC is wiped from afar: a real server and program, a network that is away at first.

What was signed meanwhile comes by the push, what was typed comes sealed, and the records go.
"""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt

from sonar_core.moments import HOUR_MS, moment_at
from sonar_desktop import bootstrap
from sonar_desktop.platform.paths import find_paths
from sonar_desktop.platform.single_instance import SingleInstance
from sonar_desktop.ui.background import Background
from sonar_desktop.ui.viewmodels.session import SessionModel, Stage
from sonar_desktop.ui.viewmodels.wipe_watch import Removal
from sonar_desktop.usecases.add_task import NewTask, add_task
from sonar_desktop.usecases.sync_ports import is_in_contact
from sonar_server import cli
from tests.journeys.room_with_a_window import Nurse, start_program
from tests.journeys.test_by_keys import ENTER, barrow, room_b, set_up
from tests.ui.conftest import light
from tests.vault.world import ORGANISATION

__all__ = ["barrow", "light", "room_b"]

WORD = ["--by", "A. Reid", "--why", "stolen from the van"]


@pytest.fixture
def operate(centre, capsys):
    """Returns a function: `sonar-server` on the server's database, whether it runs or not."""

    def run(*arguments):
        place = ["--data", str(centre.data), "--database-url", centre.url]
        assert cli.main([*arguments, *place]) == 0
        return capsys.readouterr().out

    return run


@pytest.fixture
def restarted(monkeypatch):
    """The program ends itself: what it hands to its successor, which a test starts."""
    handed_over = []
    monkeypatch.setattr(bootstrap, "restart", handed_over.append)
    return handed_over


@pytest.fixture
def room(light, centre, tmp_path, monkeypatch, restarted):
    made = start_program(tmp_path / "window", light, centre.address, monkeypatch)
    yield made
    made.close()


def successor(paths):
    instance = SingleInstance(paths.instance_lock)
    instance.take()
    background = Background()
    session = SessionModel(bootstrap.make_premises(paths, background, instance), background)
    return session, instance


def test_a_pc_sends_all_it_has_leaves_its_drafts_sealed_and_removes_its_records(
    qtbot, centre, room, barrow, operate, restarted, tmp_path
):
    nurse, session = Nurse(qtbot, room), room.session
    set_up(nurse, room, centre.code())
    centre.kill()
    nurse.wait(lambda: not is_in_contact(session.background.latest_status))
    due = moment_at(room.clock.now_ms() + HOUR_MS, "Europe/London")
    add_task(room.desk, barrow.episode, NewTask(what="Repeat CIWA-Ar", due_at=due))
    nurse.press(ENTER)
    nurse.sees("BARROW, Connor")
    nurse.settle()
    nurse.press(Qt.Key.Key_O)
    nurse.settle()
    nurse.enter("21", "94")
    assert "to be wiped" in operate("device", "wipe", "NF-MED-01", *WORD)

    centre.start()
    session.try_now()
    nurse.sees("This PC is being taken out of use")
    assert (session.stage, session.workplace) == (Stage.SIGN_IN, None)
    nurse.wait(lambda: bool(restarted))
    assert b"BARROW" not in restarted[0]
    listed = operate("device", "list")
    [line] = [one for one in listed.splitlines() if "PC NF-MED-01 " in one]
    assert ", wiped 20" in line
    assert any(row[1] == "Task" and b"CIWA" in row[4] for row in centre.rows()["clinical"])
    operate("device", "parcel", "NF-MED-01", "--into", str(tmp_path))
    [file] = tmp_path.glob("*.parcel")
    recovery, into = tmp_path / "recovery.txt", tmp_path / "drafts.json"
    recovery.write_text(bytes(ORGANISATION).hex() + "\n")
    offline = ["device", "open", str(file), "--recovery-file", str(recovery), "--into", str(into)]
    assert cli.main(offline) == 0
    [draft] = msgspec.json.decode(into.read_bytes())["drafts"]
    assert draft["episode"] == barrow.episode
    assert "94" in draft["body"]

    paths = find_paths(tmp_path / "window")
    assert paths.store.exists()
    again, instance = successor(paths)
    nurse.wait(lambda: again.accounts.wipe.removal is Removal.DONE)
    assert not paths.store.exists()
    assert list(paths.journal.glob("entries-*")) == []
    assert again.premises.keys.known() == ()
    again.close()
    instance.release()
