from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QLabel

from sonar_desktop.ui.screens.chart_entry import EntryPanel, MedicinePanel, Why
from sonar_desktop.ui.viewmodels.chart_faces import Group, RowFace
from sonar_desktop.ui.viewmodels.medicines import EntryFace

ROW = RowFace(
    request="r",
    group=Group.REGULAR,
    name="Paracetamol 500 mg tablet",
    detail="1 g by mouth",
    taken="1 g",
    per_mille=250,
    is_struck=False,
    is_active=True,
    is_emergency=False,
    ask_first=False,
    slots=(),
)
ENTRY = EntryFace(
    entry="e",
    title="13:32 Given 1 g",
    lines=(("By", "Rhona Okafor, nurse"),),
    checks=(("Clear", "Known allergies."),),
    to_check=(),
    can_strike=True,
    can_vomit=True,
)


def words(panel):
    return {one.text() for one in panel.findChildren(QLabel)}


def test_a_recorded_dose_is_read_whole_and_struck_out_only_with_a_reason(qtbot, light):
    panel = EntryPanel(ROW, ENTRY)
    qtbot.addWidget(panel)
    panel.show()
    assert {"13:32 Given 1 g", "Rhona Okafor, nurse", "Clear: Known allergies."} <= words(panel)
    why = panel.findChild(Why)
    told = []
    panel.struck.connect(told.append)
    qtbot.keyClicks(why.text, "error")
    why.button.click()
    assert told == []
    qtbot.keyClicks(why.text, " for another detainee")
    why.button.click()
    assert told == ["error for another detainee"]


def test_what_is_to_be_checked_is_said_on_the_dose_and_on_the_order(qtbot, light):
    asked = "Paracetamol given 13:32. Allergy to Paracetamol."
    panels = (
        EntryPanel(ROW, replace(ENTRY, to_check=(asked,))),
        MedicinePanel(replace(ROW, to_check=(f"Check: {asked}",)), can_give=True, can_stop=True),
    )
    for panel in panels:
        qtbot.addWidget(panel)
        assert any(asked in one for one in words(panel))
        assert any("Plan and tasks" in one for one in words(panel))


def test_an_order_of_somebody_who_left_is_only_read(qtbot, light):
    panel = MedicinePanel(ROW, can_give=False, can_stop=False)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.primary.isHidden()
    assert panel.findChild(Why) is None
    assert "Given in 24hr: 1 g" in words(panel)
