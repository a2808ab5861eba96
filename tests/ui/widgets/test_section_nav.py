from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.painters import text_width
from sonar_desktop.ui.widgets.section_nav import (
    STATE_WORDS,
    SectionFace,
    SectionItem,
    SectionNav,
    SectionState,
)
from tests.ui.widgets.conftest import colours_in, picture

FACES = (
    SectionFace(title="Consent and capacity", detail="6 of 6", state=SectionState.DONE),
    SectionFace(title="Drugs", detail="4 of 7", state=SectionState.NOT_STARTED),
    SectionFace(title="Fitness decisions", detail="1 to tell", state=SectionState.NEEDS_TELLING),
)


def nav(shown) -> SectionNav:
    return shown(SectionNav(FACES), 210, 200)


@pytest.mark.parametrize("state", list(SectionState))
def test_a_section_says_its_state_in_words(shown, state):
    item = shown(SectionItem(SectionFace(title="Drugs", detail="4 of 7", state=state)), 200)
    assert item.accessibleName() == f"Drugs, 4 of 7, {STATE_WORDS[state]}"
    assert not picture(item).isNull()


def test_what_needs_telling_is_red_with_its_own_shape(shown):
    items = nav(shown).items
    assert current().colours["danger"] in colours_in(picture(items[2]))
    assert current().colours["danger"] not in colours_in(picture(items[0]))


def test_a_section_is_opened_by_mouse_and_by_arrows(shown, qtbot):
    sections = nav(shown)
    with qtbot.waitSignal(sections.chosen) as told:
        qtbot.mouseClick(sections.items[0], Qt.MouseButton.LeftButton, pos=QPoint(200, 5))
    assert told.args == [0]
    sections.items[0].setFocus()
    with qtbot.waitSignal(sections.chosen) as told:
        qtbot.keyClick(sections.items[0], Qt.Key.Key_Down)
    assert told.args == [1]


def test_the_open_section_is_marked_without_being_told(shown, qtbot):
    sections = nav(shown)
    before = picture(sections.items[1])
    with qtbot.assertNotEmitted(sections.chosen):
        sections.set_current(1)
    assert picture(sections.items[1]) != before


def test_a_state_that_changes_is_shown_and_said(shown):
    sections = nav(shown)
    sections.set_face(1, SectionFace(title="Drugs", detail="7 of 7", state=SectionState.DONE))
    assert sections.items[1].accessibleName() == "Drugs, 7 of 7, done"


@pytest.mark.parametrize("scale", [100, 200])
def test_a_title_wraps_between_words_and_no_word_is_cut(shown, qtbot, put_on, scale):
    put_on("light", scale)
    face = SectionFace(
        title="Understanding, support and interpreters",
        detail="0 of 5",
        state=SectionState.COME_BACK,
    )
    item = shown(SectionItem(face), 60)
    item.resize(item.minimumSizeHint())
    assert item.width() >= text_width("Understanding,", "strong")
    assert item.minimumSizeHint().height() > current().px(42)
