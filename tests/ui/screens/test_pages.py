from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from sonar_desktop.ui.screens.page_manners import LetsGo
from sonar_desktop.ui.screens.pages import PAGES
from sonar_desktop.ui.viewmodels.workplace import Page


def test_every_page_but_the_sync_panel_has_a_screen():
    assert set(Page) - set(PAGES) == {Page.SYNC}


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_screen_opens_on_an_empty_store_and_shows_no_window_of_its_own(
    qtbot, light, workplace, page
):
    made = PAGES[page](workplace)
    qtbot.addWidget(made)
    assert isinstance(made, QWidget)
    stray = [one for one in light.topLevelWidgets() if one.isVisible()]
    if isinstance(made, LetsGo):
        made.let_go()
    assert stray == []
