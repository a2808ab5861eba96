from __future__ import annotations

import pytest

from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.theme.assets import resource
from sonar_desktop.ui.widgets import messages
from sonar_desktop.ui.widgets.messages import EmptyState, InlineMessage, OutageStrip, announce
from tests.ui.widgets.conftest import picture

LONG = "14 changes are saved on this PC and waiting to send. Alarms and checks keep running. " * 3


@pytest.mark.parametrize("tone", list(Tone))
def test_every_tone_has_its_own_icon_and_words(shown, tone):
    message = shown(InlineMessage(tone, "1 change held back", "It is sent after the update."), 500)
    assert message.accessibleName() == "1 change held back It is sent after the update."
    assert resource("icons", "lucide", f"{messages.MESSAGE_ICONS[tone]}.svg").exists()
    assert message.property("tone") == tone


def test_a_message_without_headline_or_text_leaves_no_gap(shown):
    both = shown(InlineMessage(Tone.OK, "Your work is safe", "1 draft."), 500)
    one = shown(InlineMessage(Tone.OK, "", "1 draft."), 500)
    assert one.sizeHint().height() < both.sizeHint().height()


def test_the_messages_button_tells_that_it_was_pressed(shown, qtbot):
    message = shown(InlineMessage(Tone.DANGER, "Not told", action="Record who was told"), 500)
    with qtbot.waitSignal(message.acted):
        message.button.click()
    silent = shown(InlineMessage(Tone.OK, "Done"), 500)
    assert silent.button.isHidden()


def test_a_message_can_turn_from_danger_to_done(shown):
    message = shown(InlineMessage(Tone.DANGER, "Custody officer not told"), 500)
    before = picture(message)
    message.set_message(Tone.OK, "Told Sgt Marsh 14:49, read back")
    assert message.accessibleName() == "Told Sgt Marsh 14:49, read back"
    assert picture(message) != before


def test_an_empty_place_says_why_and_what_to_press(shown, qtbot):
    empty = shown(
        EmptyState("No one is in custody here", "They appear here.", icon="users", action="New"),
        400,
        300,
    )
    assert empty.accessibleName() == "No one is in custody here. They appear here."
    with qtbot.waitSignal(empty.acted):
        empty.button.click()
    assert shown(EmptyState("Nothing found", "Look again."), 400, 300).button.isHidden()


def test_the_outage_strip_grows_rather_than_cut_its_sentence(shown, qtbot):
    strip = shown(OutageStrip("Paper catch-up", "file-pen"), 700)
    strip.set_message("Working offline for 3hr 12min", LONG)
    qtbot.waitUntil(lambda: strip.minimumSizeHint().height() > 60)
    assert strip.accessibleName().startswith("Working offline for 3hr 12min. 14 changes")
    with qtbot.waitSignal(strip.acted):
        strip.button.click()
    assert OutageStrip().button.isHidden()


@pytest.mark.parametrize(("urgent", "politeness"), [(False, "Polite"), (True, "Assertive")])
def test_only_an_alarm_interrupts_a_screen_reader(shown, monkeypatch, urgent, politeness):
    said = []
    monkeypatch.setattr(
        messages.QAccessible,
        "updateAccessibility",
        lambda event: said.append((event.message(), event.politeness().name)),
    )
    strip = shown(OutageStrip(), 400)
    announce(strip, "M5 rouse check late", urgent=urgent)
    assert said == [("M5 rouse check late", politeness)]
