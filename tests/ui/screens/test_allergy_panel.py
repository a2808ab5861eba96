"""Allergies on the Plan tab: the four labels, word for word."""

from __future__ import annotations

import pytest

from sonar_desktop.ui.screens.allergy_panel import AllergyPanel
from sonar_desktop.ui.widgets.button import Button
from tests.ui.screens.opened_record import shown_panel, texts
from tests.ui.screens.patient_story import Story

pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def story(workplace, seed, hand_clock):
    return Story(workplace, hand_clock, seed.admit(minutes_ago=111))


@pytest.fixture
def panel(qtbot, workplace, story):
    yield from shown_panel(AllergyPanel, qtbot, workplace, story.admitted.episode)


def test_none_known_is_somebody_s_word(qtbot, panel):
    assert "Allergies not recorded" in texts(panel)
    panel.none_known.click()
    qtbot.waitUntil(lambda: "No known allergies" in texts(panel))
    assert "Asked 14:32, Rhona Okafor, nurse" in texts(panel)


def test_somebody_who_cannot_be_asked(qtbot, panel):
    panel.unavailable.click()
    qtbot.waitUntil(lambda: "Allergies unavailable" in texts(panel))


def test_an_allergy_is_recorded_and_struck_out(qtbot, panel):
    panel.add.click()
    qtbot.keyClicks(panel.form.control("substance"), "Penicillin")
    qtbot.keyClicks(panel.form.control("reaction"), "rash")
    panel.form.control("severity").pills[3].click()
    with qtbot.waitSignal(panel.model.signed):
        panel.form.sign_button.click()
    qtbot.waitUntil(lambda: "Known allergies" in texts(panel))
    assert not panel.none_known.isVisible()
    strike = next(
        one
        for one in panel.findChildren(Button)
        if one.accessibleName() == "Strike out Penicillin" and not one.isHidden()
    )
    strike.click()
    assert panel.strike_form.title.text() == "Strike out: Penicillin"
    qtbot.keyClicks(panel.strike_form.control("reason"), "Tested at the clinic")
    with qtbot.waitSignal(panel.striking.signed):
        panel.strike_form.sign_button.click()
    qtbot.waitUntil(lambda: "Allergies not recorded" in texts(panel))


def test_none_known_that_meets_an_allergy_is_refused_in_place(qtbot, panel, story):
    story.allergy(60)
    panel.none_known.click()
    qtbot.waitUntil(lambda: "Strike out the allergies on the record first." in texts(panel))
