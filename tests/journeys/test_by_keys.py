"""Journey (a) on the real window, by key events alone: a shift through an outage, and agreement."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from sonar_core.records.allergy_intolerance import AllergySeverity
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.care_level import CareLevel
from sonar_core.records.conflict import ConflictStatus
from sonar_core.records.fitness_outcome import Fitness
from sonar_core.records.medication_request import SupplyRoute
from sonar_core.records.registry import care_level_id
from sonar_desktop.sync.errors import OfflineError
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.ui.viewmodels.workplace import Page
from sonar_desktop.usecases.order_medicine import Ordering, order_medicine
from sonar_desktop.usecases.read_conflicts import read_conflicts
from sonar_desktop.usecases.read_record import read_record
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.review_allergies import review_allergies
from sonar_desktop.usecases.sync_ports import is_in_contact
from tests.journeys.room_with_a_window import ALT, CTRL, SHIFT, Nurse, start_program
from tests.journeys.test_two_rooms import admit, agree, set_level
from tests.postgres import PASSWORD
from tests.ui.conftest import light

__all__ = ["light"]

ENTER, TAB, SPACE = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Space
DOWN, RIGHT, ESCAPE = Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Escape
PIN = "284915"


@pytest.fixture
def room_b(rooms):
    """Room B, whose PC has no window in this journey."""
    return rooms[1]


@pytest.fixture
def barrow(room_b):
    """A detainee at level 2, asked about allergies, with a medicine for when it is needed."""
    admitted = admit(room_b)
    set_level(room_b, admitted.episode, 2)
    review_allergies(room_b.desk, admitted.patient, AllergyKnowledge.NONE_KNOWN)
    order_medicine(
        room_b.desk,
        Ordering(
            episode=admitted.episode,
            medicine="Salbutamol",
            form="inhaler",
            strength="100 micrograms",
            ingredients=("salbutamol",),
            dose="200",
            unit="micrograms",
            route="inhaled",
            authority=SupplyRoute.PSD,
            authorised_by="Dr Lena Marek",
            as_needed=True,
        ),
    )
    room_b.exchange()
    return admitted


@pytest.fixture
def room_a(light, centre, tmp_path, monkeypatch):
    room = start_program(tmp_path / "window", light, centre.address, monkeypatch)
    yield room
    room.close()


@pytest.fixture
def nurse(qtbot, room_a):
    return Nurse(qtbot, room_a)


def set_up(nurse, room, code):
    """From an empty disk to the board."""
    session = room.session
    nurse.wait(room.window.isActiveWindow)
    nurse.enter(code)
    nurse.sees("They are the same")
    nurse.press(SPACE)
    nurse.sees("Sign in to finish")
    nurse.write("rok")
    nurse.press(TAB)
    nurse.enter(PASSWORD)
    nurse.wait(lambda: session.stage is Stage.SET_PIN)
    nurse.write(PIN)
    nurse.enter(PIN)
    nurse.wait(lambda: session.stage is Stage.WORKING)
    nurse.wait(lambda: len(session.alarms.rows) == 1)
    nurse.settle()


def change_person_offline(nurse, room):
    """Lock for the next person, and sign in again with the PIN."""
    nurse.press(Qt.Key.Key_L, held=CTRL | SHIFT)
    nurse.wait(lambda: room.session.stage is Stage.SIGN_IN)
    nurse.enter(PIN)
    nurse.wait(lambda: room.session.stage is Stage.WORKING)
    nurse.settle()


def observe(nurse):
    """NEWS2 6: respiration 2, saturation 1, systolic 1, pulse 2."""
    nurse.press(Qt.Key.Key_O)
    nurse.settle()
    nurse.enter("21", "94")
    nurse.press("a", TAB)
    nurse.enter("104", "62", "112")
    nurse.press("a", TAB)
    nurse.enter("36.4")
    nurse.press(ENTER, held=CTRL)
    nurse.settle()


def decide_not_fit(nurse):
    """Answer the first question, sign, decide "not fit" for interview; telling comes later."""
    nurse.press(Qt.Key.Key_2, held=ALT)
    nurse.settle()
    nurse.press("y", TAB)
    nurse.press(ENTER, held=CTRL)
    nurse.settle()
    for _ in range(12):
        nurse.press(RIGHT, held=ALT)
    nurse.press(SPACE, TAB, "n")
    nurse.tab_to("Why")
    nurse.write("Drowsy after opioids, NEWS2 6")
    nurse.press(ENTER, held=CTRL)
    nurse.settle()


def plan_a_task(nurse):
    nurse.press(Qt.Key.Key_5, held=ALT)
    nurse.press(Qt.Key.Key_A)
    nurse.write("Re-assess")
    nurse.press(TAB)
    nurse.write("+1h")
    nurse.press(ENTER, held=CTRL)
    nurse.settle()


def give_a_dose(nurse):
    nurse.press(Qt.Key.Key_4, held=ALT)
    nurse.settle()
    nurse.press(Qt.Key.Key_G)
    nurse.settle()
    nurse.press(SPACE)
    nurse.settle()
    nurse.press(ENTER, held=CTRL)
    nurse.settle()


def raise_the_level(nurse):
    nurse.press(Qt.Key.Key_5, held=ALT)
    nurse.press(Qt.Key.Key_L)
    nurse.settle()
    nurse.press(RIGHT)
    nurse.tab_to("Why this level (required)")
    nurse.press(Qt.Key.Key_A, held=CTRL)
    nurse.write("Head-banging")
    nurse.press(ENTER, held=CTRL)
    nurse.settle()


def ask_about_allergies_again(nurse):
    nurse.tab_to("They say: none known")
    nurse.press(SPACE)
    nurse.settle()


def tell_custody(nurse):
    nurse.press(Qt.Key.Key_1, held=ALT)
    nurse.press(Qt.Key.Key_T)
    nurse.settle()
    nurse.tab_to("Who did you tell?")
    nurse.write("Sgt D Marsh")
    nurse.tab_to("In person")
    nurse.press(SPACE, TAB, SPACE)
    nurse.press(ENTER, held=CTRL)
    nurse.settle()


def decide_conflict(nurse, reason):
    """Take the side that is in use meanwhile, which is the safer one."""
    nurse.settle()
    nurse.press(ENTER, SPACE)
    if "in use now" not in nurse.focus.accessibleName():
        nurse.press(RIGHT)
    nurse.tab_to("Why did you choose this? (required)")
    nurse.write(reason)
    nurse.press(ENTER, held=CTRL)


def sign_with_pin(nurse):
    """The last PIN is older than five minutes."""
    nurse.sees("Sign with your PIN")
    nurse.enter(PIN)


def handover(room):
    """What the handover list says of everybody."""
    view = room.window.face.page(Page.HANDOVER)._view
    model = view.model()
    return "\n".join(model.index(row, 0).data() for row in range(model.rowCount()))


def fetch(nurse):
    """Ask for what the other room has sent."""
    nurse.press(Qt.Key.Key_Y, held=CTRL)
    nurse.tab_to("Try now")
    nurse.press(SPACE)
    nurse.press(ESCAPE)
    nurse.settle()


def test_a_shift_through_an_outage_by_keys_alone(centre, room_a, room_b, barrow, nurse):
    set_up(nurse, room_a, centre.code())
    centre.kill()
    room_b.contact = False
    nurse.wait(lambda: not is_in_contact(room_a.session.background.latest_status))
    change_person_offline(nurse, room_a)

    nurse.press(ENTER)
    nurse.sees("BARROW, Connor")
    nurse.settle()
    observe(nurse)
    decide_not_fit(nurse)
    plan_a_task(nurse)
    give_a_dose(nurse)
    raise_the_level(nurse)
    ask_about_allergies_again(nurse)
    tell_custody(nurse)
    record = read_record(room_a.desk, barrow.episode)
    assert record.decisions[0].outcome.outcome is Fitness.NOT_FIT
    assert record.decisions[0].told.told_to == "Sgt D Marsh"
    row = room_a.session.alarms.rows[0]
    assert row.news2.total == 6
    assert (row.care.level, row.care.is_provisional) == (3, False)
    assert "Re-assess" in {task.what for task in row.tasks}

    set_level(room_b, barrow.episode, 1)
    record_allergy(
        room_b.desk,
        barrow.patient,
        AllergyEntry(
            substance="Penicillin",
            reaction="Anaphylaxis",
            severity=AllergySeverity.LIFE_THREATENING,
        ),
    )
    with pytest.raises(OfflineError):
        room_b.exchange()

    nurse.press(Qt.Key.Key_H, held=ALT)
    nurse.settle()
    rung = room_a.bell.rung
    nurse.let_pass(minutes=62)
    assert room_a.bell.rung > rung
    assert ("M4", True) in {(line.cell, line.rings) for line in room_a.session.alarms.lines()}
    assert "Re-assess" in handover(room_a)

    centre.start()
    nurse.press(Qt.Key.Key_Y, held=CTRL)
    nurse.tab_to("Try now")
    nurse.press(SPACE)
    nurse.wait(lambda: is_in_contact(room_a.session.background.latest_status))
    nurse.press(ESCAPE)
    room_b.contact = True
    nurse.wait(lambda: room_a.opened.sync.waiting().operations == 0)
    room_b.exchange()
    fetch(nurse)
    nurse.wait(lambda: len(read_conflicts(room_a.desk)) == 2)
    for desk in (room_a.desk, room_b.desk):
        kinds = {one.conflict.entity_kind for one in read_conflicts(desk)}
        assert kinds == {"CareLevel", "AllergyStatus"}
    nurse.settle()
    row = room_a.session.alarms.rows[0]
    assert (row.care.level, row.care.is_provisional) == (3, True)
    assert row.allergies is AllergyKnowledge.KNOWN

    nurse.press(Qt.Key.Key_I, held=ALT)
    nurse.settle()
    decide_conflict(nurse, "He was seen again with Sam Bright")
    sign_with_pin(nurse)
    nurse.wait(lambda: len(read_conflicts(room_a.desk)) == 1)
    decide_conflict(nurse, "His wife confirmed the reaction")
    nurse.wait(lambda: read_conflicts(room_a.desk) == ())
    nurse.wait(lambda: room_a.opened.sync.waiting().operations == 0)
    room_b.exchange()
    fetch(nurse)
    assert read_conflicts(room_b.desk) == ()
    nurse.wait(lambda: room_a.rows().keys() == room_b.rows().keys())
    for store in (room_a.opened.store, room_b.opened.store):
        every = store.read(lambda look: look.conflicts(open_only=False))
        assert [one.status for one in every] == [ConflictStatus.RESOLVED] * 2
        level = store.read(lambda look: look.get(CareLevel, care_level_id(barrow.episode)))
        assert level.level == 3
    agree(centre, room_a, room_b)
