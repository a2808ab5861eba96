from __future__ import annotations

import msgspec
import pytest

from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_desktop.ui.viewmodels.envelopes import EnvelopesModel
from sonar_desktop.usecases.errors import KnownError
from tests.ui.conftest import RHONA

MANAGER = msgspec.structs.replace(RHONA, role="manager")


@pytest.fixture
def place(sit_down):
    return sit_down(MANAGER)


def made(qtbot, place) -> EnvelopesModel:
    model = EnvelopesModel(place)
    model.make()
    qtbot.waitUntil(lambda: not model.is_busy)
    return model


def test_a_manager_makes_three_with_their_pin_and_the_line_is_written(qtbot, place):
    model = made(qtbot, place)
    assert place.signing.asked == 1
    assert ([one.number for one in model.made], model.left, model.problem) == ([1, 2, 3], 3, "")
    events = place.desk.store.read(lambda reading: reading.all_of(AccessEvent))
    assert [one.action for one in events] == [AccessAction.ENVELOPES_MADE]
    model.forget()
    assert model.made == ()


def test_what_hinders_it_is_said_and_the_earlier_ones_are_good(qtbot, place):
    keys = place.keys()
    earlier = keys.make_envelopes()
    keys.lock()
    model = made(qtbot, place)
    assert model.problem
    assert (model.made, model.left, len(earlier)) == ((), 3, 3)


def test_a_nurse_is_offered_none(qtbot, workplace):
    model = EnvelopesModel(workplace)
    model.make()
    assert (model.is_offered, workplace.signing.asked) == (False, 0)


@pytest.mark.parametrize("fails", [False, True])
def test_codes_that_come_after_the_page_was_left_are_dropped(qtbot, place, fails, monkeypatch):
    def late(keys, desk):
        if fails:
            raise KnownError("The disk is full.")
        return keys.make_envelopes()

    monkeypatch.setattr("sonar_desktop.ui.viewmodels.envelopes.make_envelopes", late)
    model = EnvelopesModel(place)
    told = []
    model.make()
    model.changed.connect(lambda: told.append(model.made))
    model.close()
    place.background.settle()
    qtbot.waitUntil(lambda: True)
    assert (told, model.made, model.problem) == ([], (), "")


def test_while_they_are_made_nobody_makes_more(qtbot, place):
    model = EnvelopesModel(place)
    model.make()
    model.make()
    qtbot.waitUntil(lambda: not model.is_busy)
    assert place.signing.asked == 1
