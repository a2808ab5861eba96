from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt

from sonar_desktop.ui.screens.mar_grid import MarGrid
from sonar_desktop.ui.screens.mar_slot import SLOT_LOOKS, slot_width
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.viewmodels.chart_faces import Group, RowFace, SlotFace, SlotKind
from sonar_desktop.ui.viewmodels.medicines import Window

HOUR = 3_600_000


def slot(kind, at_ms, entry=None, due=None):
    return SlotFace(
        kind=kind, at_ms=at_ms, time="14:30", word="word", spoken="said", entry=entry, due_ms=due
    )


def row(request, name="Paracetamol 500 mg tablet", group=Group.REGULAR, slots=()):
    return RowFace(
        request=request,
        group=group,
        name=name,
        detail="1 g by mouth",
        taken="0",
        per_mille=None,
        is_struck=False,
        is_active=True,
        is_emergency=False,
        ask_first=False,
        slots=slots,
    )


@pytest.fixture
def grid(qtbot, light):
    made = MarGrid()
    qtbot.addWidget(made)
    made.resize(940, 400)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.setFocus()
    return made


def show(grid, *rows):
    window = Window(start_ms=0, end_ms=16 * HOUR, ticks=((8 * HOUR, "08:00"),))
    grid.set_chart(rows, window, now_ms=10 * HOUR, arrived_ms=4 * HOUR, zone="Europe/London")


def test_arrows_move_between_medicines_and_their_doses(grid, qtbot):
    due = slot(SlotKind.DUE, 10 * HOUR, due=10 * HOUR)
    show(grid, row("a", slots=(due,)), row("b"))
    assert (grid.chosen(), grid.chosen_slot()) == ("a", None)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.chosen_slot() == due
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert (grid.chosen(), grid.chosen_slot()) == ("b", None)
    with qtbot.waitSignal(grid.opened) as said:
        qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert said.args == ["b", None]


def test_the_choice_stays_while_the_chart_is_read_again(grid, qtbot):
    given = slot(SlotKind.GIVEN, 9 * HOUR, entry="e1")
    show(grid, row("a"), row("b", slots=(given,)))
    grid.choose("b")
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    before = slot(SlotKind.GIVEN, 8 * HOUR, entry="e0")
    show(grid, row("a"), row("b", slots=(before, given)))
    assert grid.chosen() == "b"
    assert grid.chosen_slot() == given


def test_two_doses_close_together_stand_side_by_side(grid):
    slots = (slot(SlotKind.GIVEN, 9 * HOUR, "a"), slot(SlotKind.GIVEN, 9 * HOUR + 600_000, "b"))
    show(grid, row("a", slots=slots))
    (first, width), (second, _) = grid._spans(grid._rows[0])
    assert second >= first + width


def test_a_dose_outside_the_hours_shown_takes_no_room(grid):
    show(grid, row("a", slots=(slot(SlotKind.GIVEN, 40 * HOUR, "a"),)))
    assert grid._spans(grid._rows[0]) == [(-1.0, 0.0)]


def test_a_name_is_wrapped_and_never_cut(grid):
    name = "Hydrocortisone sodium succinate 100 mg powder for solution for injection vials"
    show(grid, row("a", name=name), row("b"))
    lines, _ = grid._texts(grid._rows[0])
    assert " ".join(lines) == name
    heights = [one.height for one in grid._placed if one.row is not None]
    assert heights[0] > heights[1]


def test_a_press_on_a_dose_opens_it(grid, qtbot):
    due = slot(SlotKind.DUE, 10 * HOUR, due=10 * HOUR)
    show(grid, row("a", slots=(due,)))
    left, width = grid._spans(grid._rows[0])[0]
    placed = next(one for one in grid._placed if one.row is not None)
    at = QPoint(int(left + width / 2), int(placed.top + placed.height / 2))
    with qtbot.waitSignal(grid.opened) as said:
        qtbot.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert said.args == ["a", due]


def test_every_kind_of_dose_has_a_shape_of_its_own(light):
    assert set(SLOT_LOOKS) == set(SlotKind)
    icons = [icon for icon, *_ in SLOT_LOOKS.values()]
    assert len(set(icons)) == len(icons)
    assert slot_width(slot(SlotKind.GIVEN, 0)) >= 62


def test_the_chart_is_painted_whole(grid):
    show(
        grid,
        *(row(str(n), slots=(slot(kind, (n + 2) * HOUR, "x"),)) for n, kind in enumerate(SlotKind)),
    )
    picture = grid.grab().toImage()
    assert picture.width() == 940
    colours = {picture.pixel(x, 85) for x in range(0, 940, 3)}
    assert len(colours) > 3


def test_what_is_to_be_checked_stands_whole_below_the_medicine_and_red_round_its_dose(grid):
    asked = "Check: Paracetamol given 14:22. Paracetamol 13:32, 50min apart."
    dose = slot(SlotKind.GIVEN, 9 * HOUR, entry="d")
    plain = row("a", slots=(dose,))
    marked = replace(plain, to_check=(asked,), slots=(replace(dose, to_check=True),))
    pictures = []
    for shown in (plain, marked):
        show(grid, shown)
        pictures.append(grid._row_height(shown))
        _, below = grid._texts(shown)
    assert pictures[1] > pictures[0]
    red = [line for line, ink in below if ink == "danger"]
    assert " ".join(red) == asked
    left, width = grid._spans(marked)[0]
    edge = (
        grid.viewport()
        .grab()
        .toImage()
        .pixelColor(
            int(left + width / 2), int(grid._placed[1].top + (grid._row_height(marked) - 42) / 2)
        )
    )
    assert edge == current().colour("danger")
