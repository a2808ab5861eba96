"""What a screen reader says on every page: no empty name, no doubled stop, no word twice."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from sonar_core.records.flag import FlagCategory
from sonar_desktop.ui.screens.window import MainWindow
from sonar_desktop.ui.viewmodels.front import FrontModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.add_task import NewTask, add_task
from sonar_desktop.usecases.record_marker import record_marker
from sonar_desktop.usecases.set_care_level import CareSetting, set_care_level
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.ui.conftest import START_MS, Seed
from tests.ui.medicine_story import MedicineStory
from tests.ui.spoken import flaws, read

WITHOUT_A_RECORD = tuple(page for page in Page if page is not Page.RECORD)


@pytest.fixture
def window(qtbot, light, enrolled):
    front = FrontModel(enrolled, site_name="", pc_name="", version="0.1.0", zone="Europe/London")
    made = MainWindow(enrolled, front, light)
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    return made


@pytest.fixture
def seed(enrolled, hand_clock):
    return Seed(desk=enrolled.workplace.desk, clock=hand_clock)


@pytest.fixture
def stay(seed, qtbot, enrolled):
    """Somebody watched all the time, of whom people wrote whole sentences."""
    story = MedicineStory(seed)
    story.give(story.regular())
    story.needed()
    seed.admit("M6", "", "")
    record_marker(
        seed.desk, story.admitted.patient, FlagCategory.SELF_HARM, "Ligature.", is_urgent=True
    )
    setting = CareSetting(
        episode=story.episode,
        level=3,
        check_every_minutes=None,
        rouse=False,
        reason="Head-banging.",
        instructions=("Watch him.", "Call 999 if he cannot be roused."),
    )
    set_care_level(seed.desk, setting)
    for what, minutes in (("Look at the wound.", -1), ("Ask again.", -20)):
        task = NewTask(what=what, due_at=seed.moment(minutes))
        add_task(seed.desk, story.episode, task)
    signing = Signing(episode=story.episode, performed_at=seed.moment(2))
    write_note(seed.desk, Noting(signing=signing, text="Rousable to voice only."))
    qtbot.waitUntil(lambda: len(enrolled.alarms.rows) == 2 and bool(enrolled.alarms.lines()))
    return story.episode


def settle(qtbot, session) -> None:
    """Wait until what the page asked of the store is shown."""
    for _ in range(3):
        answered: list[None] = []
        session.background.act(lambda: None, answered.append)
        session.background.look(lambda: None, answered.append)
        qtbot.waitUntil(lambda answered=answered: len(answered) == 2)


def test_what_reads_badly_is_found(qtbot, light):
    for text in ("Known allergies., in use now", "Silent.. M4", "Level 3 constant. Constant.", ""):
        button = QPushButton(text)
        qtbot.addWidget(button)
        assert flaws(button), text
    for text in ("Name, record no., NHS no.", "Steady: 2, 4, 7, 7", "Look out. M4"):
        label = QLabel(text)
        qtbot.addWidget(label)
        assert flaws(label) == []


@pytest.mark.parametrize("page", WITHOUT_A_RECORD)
@pytest.mark.usefixtures("stay")
def test_every_page_reads_well(qtbot, enrolled, window, page):
    enrolled.go(Destination(page=page))
    settle(qtbot, enrolled)
    assert flaws(window) == []


@pytest.mark.parametrize("tab", Tab)
def test_every_tab_of_a_record_reads_well(qtbot, enrolled, window, stay, tab):
    enrolled.go(Destination(page=Page.RECORD, episode=stay, tab=tab))
    settle(qtbot, enrolled)
    assert any("BARROW" in name for _, name in read(window))
    assert flaws(window) == []


@pytest.mark.usefixtures("stay")
@pytest.mark.parametrize("leave", ["lock", "switch_person"])
def test_the_lock_and_the_sign_in_page_read_well(
    qtbot, enrolled, window, front_desk, hand_clock, leave
):
    front_desk.bell.is_silent = True
    waiting = Waiting(operations=9, actions=3, held_back=0, oldest_ms=START_MS, access_lines=2)
    status = SyncStatus(state=SyncState.OFFLINE, waiting=waiting, offline_since_ms=START_MS)
    enrolled.background.tell_sync_status(status)
    hand_clock.let_pass(minutes=1)
    enrolled.alarms.tick()
    getattr(enrolled, leave)()
    settle(qtbot, enrolled)
    assert any("This PC cannot sound." in name for _, name in read(window))
    assert flaws(window) == []
