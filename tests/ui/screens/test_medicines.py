from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from sonar_core.records.allergy_intolerance import AllergyIntolerance
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest
from sonar_desktop.ui.screens.chart_entry import EntryPanel, MedicinePanel, Why
from sonar_desktop.ui.screens.dose_panel import DosePanel
from sonar_desktop.ui.screens.medicines import MedicinesTab
from sonar_desktop.ui.screens.order_panel import OrderPanel
from sonar_desktop.ui.viewmodels.chart_faces import Group, SlotKind
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting
from tests.ui.disputes import drain
from tests.ui.medicine_story import MedicineStory
from tests.ui.newer import from_a_newer_program

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def story(seed):
    return MedicineStory(seed)


@pytest.fixture
def chart(qtbot, workplace, light, background):
    opened = []
    nothing = Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)
    background.tell_sync_status(SyncStatus(state=SyncState.UP_TO_DATE, waiting=nothing))

    def open_(episode) -> MedicinesTab:
        tab = MedicinesTab(workplace, episode)
        qtbot.addWidget(tab)
        tab.resize(1359, 690)
        tab.show()
        tab.activateWindow()
        qtbot.waitUntil(tab.isActiveWindow)
        qtbot.waitUntil(lambda: tab.model.is_loaded)
        tab.grid.setFocus()
        opened.append(tab)
        return tab

    yield open_
    for tab in opened:
        tab.let_go()
    drain(qtbot, background)


def test_a_chart_without_medicines_offers_to_order_one(chart, story, qtbot):
    tab = chart(story.episode)
    assert tab._body.currentWidget() is tab._empty
    tab._empty.acted.emit()
    assert isinstance(tab.panel, OrderPanel)
    assert tab.step_back()
    assert tab.panel is None
    assert not tab.step_back()


def test_a_dose_is_given_by_keys_alone(chart, story, qtbot):
    order = story.regular()
    tab = chart(story.episode)
    qtbot.keyClick(tab.grid, Qt.Key.Key_G)
    panel = tab.panel
    assert isinstance(panel, DosePanel)
    assert panel.primary.text() == "Give 30 mg"
    assert not panel.primary.isEnabled()
    identity = panel._ticks["identity"]
    assert identity.hasFocus()
    qtbot.keyClick(identity, Qt.Key.Key_Space)
    qtbot.waitUntil(panel.primary.isEnabled)
    qtbot.keyClick(identity, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: tab.panel is None)
    qtbot.waitUntil(lambda: tab.model.row(order.id).slots[0].kind is SlotKind.GIVEN)
    assert tab.grid.hasFocus()


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (Qt.Key.Key_W, DoseOutcome.WITHHELD),
        (Qt.Key.Key_R, DoseOutcome.REFUSED),
        (Qt.Key.Key_A, DoseOutcome.ASLEEP),
        (Qt.Key.Key_U, DoseOutcome.NOT_IN_SUITE),
        (Qt.Key.Key_N, DoseOutcome.NOT_AVAILABLE),
    ],
)
def test_a_letter_opens_the_panel_with_its_outcome(chart, story, qtbot, key, code):
    story.regular()
    tab = chart(story.episode)
    qtbot.keyClick(tab.grid, key)
    assert tab.panel.model.code is code
    assert tab.panel.outcome.value() == code.value


def test_a_stop_disables_giving_and_says_why_beside_it(chart, story, qtbot):
    story.regular(ingredients=("amoxicillin",))
    tab = chart(story.episode)
    qtbot.keyClick(tab.grid, Qt.Key.Key_G)
    panel = tab.panel
    panel._ticks["identity"].click()
    qtbot.waitUntil(lambda: panel.model.is_checked)
    assert not panel.primary.isEnabled()
    assert panel._hint.text() == "“Give” needs a named prescriber while a check says Stop."
    assert panel._override.isVisible()
    assert panel.checks.words()[0] == "Stop: Allergy. Allergy to Penicillin: anaphylaxis."


def test_who_it_is_stands_in_the_panel_too(chart, story, qtbot):
    story.regular()
    tab = chart(story.episode)
    qtbot.keyClick(tab.grid, Qt.Key.Key_G)

    names = [one.accessibleName() for one in tab.panel.findChildren(QFrame)]
    assert any(name.startswith("BARROW, Connor (Mr). Born 04-Mar-1989 (37y)") for name in names)


def test_arrows_go_to_a_recorded_dose_and_it_can_be_struck_out(chart, story, qtbot):
    order = story.needed()
    story.give(order)
    tab = chart(story.episode)
    qtbot.keyClick(tab.grid, Qt.Key.Key_Right)
    assert tab.grid.chosen_slot().kind is SlotKind.GIVEN
    assert tab.grid.accessibleDescription().startswith("13:32 Given 30 mg")
    qtbot.keyClick(tab.grid, Qt.Key.Key_Return)
    assert isinstance(tab.panel, EntryPanel)
    tab.panel.struck.emit("Other detainee’s dose")
    qtbot.waitUntil(lambda: tab.model.row(order.id).slots[0].kind is SlotKind.ERROR)


def test_a_medicine_can_be_stopped_with_a_reason(chart, story, qtbot):

    order = story.needed()
    tab = chart(story.episode)
    qtbot.keyClick(tab.grid, Qt.Key.Key_Return)
    assert isinstance(tab.panel, MedicinePanel)
    why = tab.panel.findChild(Why)
    why.button.click()
    assert tab.model.row(order.id).group is Group.WHEN_NEEDED
    qtbot.keyClicks(why.text, "Not wanted any more")
    why.button.click()
    qtbot.waitUntil(lambda: tab.model.row(order.id).group is Group.STOPPED)


def test_the_emergency_row_is_never_blocked_and_asks_no_name(chart, seed, qtbot):
    story = MedicineStory(seed, allergies=False)
    tab = chart(story.episode)
    assert tab._notice.isVisible()
    assert tab.emergency.isEnabled()
    qtbot.keyClick(tab.emergency, Qt.Key.Key_Space)
    panel = tab.panel
    assert isinstance(panel, OrderPanel)
    naloxone = next(b for b in panel.findChildren(type(panel.primary)) if b.text() == "Naloxone")
    naloxone.click()
    dose = panel._texts["dose"].field
    assert dose.hasFocus()
    qtbot.keyClicks(dose, "400")
    unit = panel._texts["unit"].field
    unit.clear()
    qtbot.keyClicks(unit, "micrograms")
    panel._rows["route"].choose("intramuscular")
    qtbot.keyClick(unit, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: isinstance(tab.panel, DosePanel))
    dosing = tab.panel
    assert dosing.model.code is DoseOutcome.GIVEN
    qtbot.waitUntil(dosing.primary.isEnabled)
    qtbot.keyClick(dosing.primary, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: tab.panel is None)
    qtbot.waitUntil(
        lambda: [slot.kind for row in tab.model.rows for slot in row.slots] == [SlotKind.GIVEN]
    )


def test_an_emergency_medicine_on_order_is_given_at_once(chart, story, qtbot):
    order = story.naloxone()
    tab = chart(story.episode)
    tab.emergency.click()
    naloxone = next(
        b for b in tab.panel.findChildren(type(tab.panel.primary)) if b.text() == "Naloxone"
    )
    naloxone.click()
    assert isinstance(tab.panel, DosePanel)
    assert tab.panel.model.line.order.id == order.id
    assert tab.panel.model.code is DoseOutcome.GIVEN


def test_a_due_dose_of_the_queue_opens_its_panel(chart, story, qtbot):
    order = story.regular()
    tab = chart(story.episode)
    tab.arrive(
        Destination(page=Page.RECORD, episode=story.episode, tab=Tab.MEDICINES, focus=order.id)
    )
    assert isinstance(tab.panel, DosePanel)
    assert tab.panel.model.due_ms is not None


def test_an_order_is_written_in_the_panel(chart, story, qtbot):
    tab = chart(story.episode)
    tab.add.click()
    panel = tab.panel
    for name, text in (("medicine", "Thiamine"), ("dose", "100"), ("authorised_by", "020 v1")):
        qtbot.keyClicks(panel._texts[name].field, text)
    panel.primary.click()
    assert not panel._fields["authority"].problem_line.isHidden()
    panel._rows["authority"].choose("pgd")
    panel.primary.click()
    qtbot.waitUntil(lambda: [row.name for row in tab.model.rows] == ["Thiamine"])
    assert tab.panel is None


def test_a_narrow_window_gives_the_panel_the_page(chart, story, qtbot):
    story.regular()
    tab = chart(story.episode)
    tab.resize(1000, 560)
    qtbot.keyClick(tab.grid, Qt.Key.Key_G)
    assert tab._card.isHidden()
    tab.step_back()
    assert not tab._card.isHidden()


@pytest.mark.parametrize(
    ("kind", "field", "said", "rule"),
    [
        (AllergyIntolerance, "substance", "Allergies cannot be shown", "about allergies"),
        (MedicationAdministration, "medicine", "Some doses cannot be shown", "about medicines"),
    ],
)
def test_what_a_newer_program_wrote_is_asked_before_a_dose_and_holds_up_no_emergency(
    chart, story, qtbot, monkeypatch, kind, field, said, rule
):
    order, naloxone = story.needed(), story.naloxone()
    story.give(order, ago=100)
    from_a_newer_program(monkeypatch, kind, field)
    tab = chart(story.episode)
    assert tab._notice.isVisible()
    assert said in tab._notice.accessibleName()
    assert not tab._allergies.isVisible() or kind is MedicationAdministration
    taken = tab.model.row(order.id).taken
    assert taken == ("Not known" if kind is MedicationAdministration else "30 mg")
    tab._open_dose(order.id, None, DoseOutcome.GIVEN)
    form = tab._form
    qtbot.waitUntil(lambda: form.is_checked)
    assert any(rule in check.text and check.blocks for check in form.checks)
    form.set_tick("identity", is_on=True)
    assert not tab.panel.primary.isEnabled()
    assert form.may_overrule

    tab._open_dose(naloxone.id, None, DoseOutcome.GIVEN)
    form = tab._form
    qtbot.waitUntil(lambda: form.is_checked)
    assert any(rule in check.text for check in form.checks)
    qtbot.waitUntil(tab.panel.primary.isEnabled)
    with qtbot.waitSignal(form.given):
        tab.panel.primary.click()


def test_an_order_that_cannot_be_read_is_not_called_no_medicines(chart, story, qtbot, monkeypatch):
    story.regular()
    from_a_newer_program(monkeypatch, MedicationRequest, "medicine")
    tab = chart(story.episode)
    assert tab._body.currentWidget() is tab.grid
    assert "Some orders cannot be shown: update this PC" in tab._notice.accessibleName()
