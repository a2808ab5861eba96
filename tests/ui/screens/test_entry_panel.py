"""An entry with its versions."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from sonar_core.board.severity import Severity
from sonar_core.moments import moment_at
from sonar_desktop.ui.screens.entry_panel import CopyPanel, EntryPanel, HeldPanel
from sonar_desktop.ui.viewmodels.timeline import EntryFace, VersionFace
from tests.ui.conftest import START_MS, ZONE
from tests.ui.screens.opened_record import texts

pytestmark = pytest.mark.usefixtures("light")


def face(**fields):
    whole = {
        "id": "1",
        "kind": "Note",
        "time": "14:02",
        "day": "",
        "title": "Note",
        "text": "Right arm",
        "meta": "Rhona Okafor, nurse · recorded 14:12",
        "late": "",
        "state": "",
        "note": "Was: Left arm",
        "severity": Severity.OK,
        "is_struck": False,
        "standing": "local",
        "marks": (),
    }
    return EntryFace(**(whole | fields))


def version(text, reason=""):
    at = moment_at(START_MS, ZONE)
    return VersionFace(title="Note", text=text, who="Rhona Okafor, nurse", at=at, reason=reason)


def test_the_present_version_is_first_and_the_first_stays(qtbot):
    panel = EntryPanel(face(), (version("Left arm"), version("Right arm", "Wrong side")))
    qtbot.addWidget(panel)
    said = texts(panel)
    assert "2 versions" in said
    assert "Why: Wrong side" in said
    assert said.index("Right arm") < said.index("Left arm", said.index("2 versions"))
    assert "Saved on this PC, waiting to send" in said
    with qtbot.waitSignal(panel.closed):
        panel.close_button.click()


def test_an_entry_that_stands_no_more_offers_no_correction(qtbot):
    panel = EntryPanel(face(), (version("Right arm"),))
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.amend_button.isVisible()
    assert not panel.strike_button.isVisible()
    panel.let_go()


def test_the_text_may_be_shortened_before_it_is_copied(qtbot):
    panel = CopyPanel("One\nTwo")
    qtbot.addWidget(panel)
    panel.text.setPlainText("One")
    with qtbot.waitSignal(panel.copy_wanted) as copied:
        panel.copy_button.click()
    assert copied.args == ["One"]
    assert "Copied" not in texts(panel)
    panel.show_copied()
    assert "Copied" in texts(panel)


def test_a_held_panel_keeps_its_draft_when_it_goes(qtbot):
    class Inner(QWidget):
        kept = False

        def close_panel(self) -> None:
            self.kept = True

    inner = Inner()
    held = HeldPanel("Tell", "megaphone", inner)
    qtbot.addWidget(held)
    held.let_go()
    assert inner.kept
