from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.painters import text_width
from sonar_desktop.ui.widgets.sync_pill import PillFace, PillKind, SyncPill
from tests.ui.widgets.conftest import colours_in, picture

OFFLINE = PillFace(kind=PillKind.OFFLINE, text="Offline · 14 waiting", detail="Last contact 14:32")


@pytest.mark.parametrize("kind", list(PillKind))
def test_every_state_is_painted_and_said(shown, kind):
    pill = shown(SyncPill(PillFace(kind=kind, text="Some words", detail="more")))
    seen = QAccessible.queryAccessibleInterface(pill)
    assert seen.role() == QAccessible.Role.Button
    assert seen.text(QAccessible.Text.Name) == "Some words. more"
    assert not picture(pill).isNull()


def test_offline_is_violet_and_never_red(shown):
    found = colours_in(picture(shown(SyncPill(OFFLINE))))
    assert current().colours["syncsoft"] in found
    assert current().colours["dangersoft"] not in found


def test_a_new_state_takes_the_room_it_needs(shown):
    pill = shown(SyncPill(OFFLINE))
    face = PillFace(
        kind=PillKind.SIGN_IN, text="Sign in again to send", detail="3 waiting, safe on this PC"
    )
    pill.set_face(face)
    assert pill.accessibleName() == "Sign in again to send. 3 waiting, safe on this PC"
    assert pill.minimumSizeHint().width() >= text_width(face.detail, "meta") + 40
    assert pill.sizeHint().height() == 38


def test_the_pill_opens_the_panel_by_keyboard(shown, qtbot):
    pill = shown(SyncPill(OFFLINE))
    pill.setFocus()
    with qtbot.waitSignal(pill.clicked):
        qtbot.keyClick(pill, Qt.Key.Key_Space)
