from __future__ import annotations

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets import draft_state
from sonar_desktop.ui.widgets.draft_state import DraftState
from tests.ui.widgets.conftest import colours_in, picture


def test_the_place_of_the_words_is_always_said(shown):
    state = shown(DraftState())
    assert state.text() == "No draft"
    state.set_saving()
    assert state.text() == "Saving draft"
    state.set_saved("14:49:31")
    assert state.text() == "Draft saved 14:49:31 on this PC"
    state.set_nothing()
    assert state.text() == "No draft"


def test_words_that_are_not_on_disk_are_red_and_spoken_at_once(shown, monkeypatch):
    said = []
    monkeypatch.setattr(
        draft_state, "announce", lambda _widget, text, *, urgent: said.append((text, urgent))
    )
    state = shown(DraftState())
    narrow = state.sizeHint().width()
    state.set_failed("this PC's disk is full")
    assert said == [("Not saved: this PC's disk is full", True)]
    assert state.sizeHint().width() > narrow
    assert current().colours["dangerfill"] in colours_in(picture(state))
