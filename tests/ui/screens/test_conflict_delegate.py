from __future__ import annotations

from PySide6.QtCore import Qt

from sonar_desktop.ui.screens.conflict_delegate import HEADING, ConflictList
from sonar_desktop.ui.viewmodels.conflict_faces import ItemFace, ItemState


def item(conflict, title, state=ItemState.WAITING, cell="M4"):
    return ItemFace(
        conflict=conflict,
        state=state,
        cell=cell,
        title=title,
        detail="2 versions",
        chip="Affects safety",
        is_safety=True,
    )


def test_what_was_decided_stands_below_and_cannot_be_opened(qtbot, light):
    view = ConflictList()
    qtbot.addWidget(view)
    view.resize(248, 400)
    view.show()
    waiting, decided = item("a", "Allergies"), item("b", "Level", ItemState.DECIDED)
    view.set_items((waiting, decided), "a")
    model = view.model()
    said = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert said == [
        "M4 Allergies. 2 versions. Affects safety",
        HEADING,
        "M4 Level. 2 versions. Affects safety",
    ]
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 0


def test_the_item_chosen_is_said_and_a_long_title_makes_room(qtbot, light):
    view = ConflictList()
    qtbot.addWidget(view)
    view.resize(248, 400)
    view.show()
    long = item("b", "Medicine order of several ingredients with a very long name indeed")
    view.set_items((item("a", "Allergies"), long), "a")
    with qtbot.waitSignal(view.chosen) as said:
        qtbot.keyClick(view, Qt.Key.Key_Down)
    assert said.args == ["b"]
    first, second = (view.visualRect(view.model().index(row, 0)) for row in (0, 1))
    assert second.height() > first.height()
