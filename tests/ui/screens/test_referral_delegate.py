"""The referrals' rows: long names wrap, late ones say so in words."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from sonar_core.records.referral import Urgency
from sonar_desktop.ui.screens.referral_delegate import ReferralView, name_left
from sonar_desktop.ui.theme import apply_theme, current
from sonar_desktop.ui.viewmodels.referral import ReferralFace, ReferralRows
from sonar_desktop.ui.widgets import painters

pytestmark = pytest.mark.usefixtures("light")


def face(**fields):
    whole = {
        "id": "1",
        "episode": "e",
        "cell": "M4",
        "name": "BARROW, Connor (Mr)",
        "who": "37y M",
        "reasons": "Injury",
        "requested": "Requested 14:02 by Sgt Marsh",
        "detail": "",
        "urgency": Urgency.ROUTINE,
        "clock": "30min of 1hr",
        "per_mille": 500,
        "is_late": False,
        "accepted": "",
        "seen": "",
        "is_accepted": False,
        "is_seen": False,
    }
    return ReferralFace(**(whole | fields))


@pytest.fixture
def view(qtbot):
    rows = ReferralRows()
    made = ReferralView(rows)
    made.rows = rows
    qtbot.addWidget(made)
    made.resize(640, 400)
    made.show()
    return made


def test_a_long_name_takes_more_lines(view):
    long = "FEATHERSTONEHAUGH-CHOLMONDELEY-WRIOTHESLEY-BEAUCHAMP-MARJORIBANKS, Maximiliana"
    view.rows.set_faces((face(), face(id="2", name=long)))
    QApplication.processEvents()
    heights = [view.visualRect(view.rows.index(place)).height() for place in (0, 1)]
    assert heights[1] > heights[0]


def test_a_long_cell_does_not_touch_the_name():
    assert name_left("M4") == name_left("") == current().px(64)
    for cell in ("M100", "Holding 12"):
        assert name_left(cell) >= current().px(16) + painters.text_width(cell, "h2") + 8


def test_letters_act_on_the_referral_chosen(qtbot, view):
    view.rows.set_faces((face(), face(id="2")))
    view.choose("2")
    with qtbot.waitSignal(view.key_for) as pressed:
        qtbot.keyClick(view, Qt.Key.Key_S)
    assert (pressed.args[0], pressed.args[1].id) == (Qt.Key.Key_S, "2")


def test_it_is_spoken_whole():
    said = face(is_late=True, urgency=Urgency.URGENT).spoken()
    assert said == "M4 BARROW, Connor (Mr). Urgent. Injury. 30min of 1hr. late"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_state_paints(qapp, view, theme):
    apply_theme(qapp, theme, 100)
    view.rows.set_faces(
        (
            face(id="1", urgency=Urgency.EMERGENCY, per_mille=None),
            face(id="2", is_late=True, per_mille=1000),
            face(id="3", is_seen=True, seen="Seen 14:20"),
        )
    )
    image = view.grab().toImage()
    colours = {
        image.pixelColor(x, y).rgb()
        for x in range(0, image.width(), 3)
        for y in range(0, image.height(), 3)
    }
    assert len(colours) > 8
    apply_theme(qapp, "light", 100)
