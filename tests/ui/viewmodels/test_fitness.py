from __future__ import annotations

import pytest

from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_desktop.ui.viewmodels.fitness import FitnessModel
from sonar_desktop.usecases.read_record import read_record
from tests.ui.patience import wait_idle

INTERVIEWED = FitnessPurpose.INTERVIEWED
DETAINED = FitnessPurpose.DETAINED


@pytest.fixture
def stay(seed):
    return seed.admit(minutes_ago=120)


@pytest.fixture
def open_card(qtbot, workplace, stay):
    made = []

    def open_one():
        model = FitnessModel(workplace, stay.episode)
        with qtbot.waitSignal(model.opened):
            pass
        made.append(model)
        return model

    yield open_one
    for model in made:
        model.close()
    wait_idle(qtbot, workplace)


def sign(qtbot, card):
    with qtbot.waitSignal(card.decided) as caught:
        card.sign()
    return caught.args[0]


def face(card, purpose):
    return next(one for one in card.faces if one.purpose is purpose)


def test_all_five_purposes_are_there_before_anything_is_decided(open_card):
    card = open_card()
    assert [one.name for one in card.faces] == [
        "Detained",
        "Interviewed",
        "Charged",
        "Transferred",
        "Released",
    ]
    assert all(one.outcome is None for one in card.faces)
    assert card.to_tell == ()


def test_not_fit_needs_a_reason_and_then_waits_to_be_told(qtbot, workplace, stay, open_card):
    card = open_card()
    card.begin(INTERVIEWED, "not_fit")
    with qtbot.waitSignal(card.focus_wanted) as caught:
        card.sign()
    assert caught.args == ["reason"]
    card.type("reason", "Opioids today")
    card.type("review_at", "16:00")
    record = sign(qtbot, card)
    qtbot.waitUntil(lambda: bool(card.to_tell))
    shown = face(card, INTERVIEWED)
    assert (shown.outcome, shown.until, shown.told) == ("not_fit", "review 16:00", "Not told")
    assert card.to_tell[0].record == record
    (known,) = read_record(workplace.desk, stay.episode).decisions
    assert (known.outcome.outcome, known.outcome.reason) == (Fitness.NOT_FIT, "Opioids today")


def test_conditions_are_asked_for_and_kept_line_by_line(qtbot, workplace, stay, open_card):
    card = open_card()
    card.begin(DETAINED, "fit_with_conditions")
    assert card.needs_conditions
    with qtbot.waitSignal(card.focus_wanted) as caught:
        card.sign()
    assert caught.args == ["conditions"]
    card.type("conditions", "Rouse every 30 min\nNo solo cell")
    card.type("valid_until", "18:00")
    sign(qtbot, card)
    (known,) = read_record(workplace.desk, stay.episode).decisions
    assert known.outcome.conditions == ("Rouse every 30 min", "No solo cell")


def test_a_later_decision_takes_the_place_of_the_earlier(qtbot, workplace, stay, open_card):
    card = open_card()
    card.begin(INTERVIEWED, "deferred")
    card.type("reason", "Asleep")
    first = sign(qtbot, card)
    card.begin(INTERVIEWED, "fit")
    sign(qtbot, card)
    (known,) = read_record(workplace.desk, stay.episode).decisions
    assert (known.outcome.outcome, known.outcome.replaces) == (Fitness.FIT, first)


def test_a_time_that_cannot_be_read_is_refused_beside_its_field(qtbot, open_card):
    card = open_card()
    card.begin(DETAINED, "fit")
    card.type("valid_until", "later")
    card.leave("valid_until")
    assert card.flaws["valid_until"].text.startswith("Enter a time as +1h")
    with qtbot.waitSignal(card.focus_wanted) as caught:
        card.sign()
    assert caught.args == ["valid_until"]


def test_an_unsigned_decision_comes_back_and_can_be_discarded(qtbot, workplace, open_card):
    card = open_card()
    card.begin(INTERVIEWED, "not_fit")
    card.type("reason", "Opi")
    card.draft.save_now()
    wait_idle(qtbot, workplace)
    again = open_card()
    assert (again.entry.purpose, again.entry.reason) == (INTERVIEWED, "Opi")
    again.discard()
    assert again.entry is None
