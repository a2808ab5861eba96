from __future__ import annotations

from sonar_desktop.ui.viewmodels.lock import LockModel, SetPinModel
from sonar_desktop.ui.viewmodels.session import LockReason, Stage
from sonar_desktop.usecases.ports import Draft
from tests.ui.conftest import RHONA
from tests.ui.front_desk import PASSWORDS


def settled(qtbot, model) -> None:
    qtbot.waitUntil(lambda: not model.is_busy)


def test_the_lock_page_names_the_person_and_the_hour(enrolled, hand_clock):
    enrolled.lock(LockReason.UNUSED)
    model = LockModel(enrolled)
    assert (model.name, model.initials) == ("Rhona Okafor", "RO")
    assert model.when == "Locked at 14:32, unused for 2min"
    enrolled.unlocked()
    enrolled.lock()
    hand_clock.let_pass(minutes=3)
    assert LockModel(enrolled).when == "Locked at 14:32, 3min ago"


def test_a_draft_is_said_to_be_safe_without_a_word_of_it(qtbot, enrolled, hand_clock):
    draft = Draft(
        author=RHONA.user,
        record="0192d3a4-0000-7000-8000-000000000a01",
        form="note",
        episode=None,
        body=b"BARROW refuses food",
        place="text:3",
        saved_ms=hand_clock.now_ms(),
    )
    enrolled.workplace.desk.store.keep_draft(draft)
    enrolled.lock()
    model = LockModel(enrolled)
    qtbot.waitUntil(lambda: bool(model.drafts))
    assert model.safe == (
        "1 draft, saved at 14:32 on this PC. SONAR shows it to you only. It opens where you "
        "stopped."
    )


def test_the_pin_lifts_the_lock_and_counts_for_signing(qtbot, enrolled, hand_clock):
    hand_clock.let_pass(minutes=5)
    assert not enrolled.signing.is_fresh
    enrolled.lock()
    LockModel(enrolled).enter("284915")
    qtbot.waitUntil(lambda: enrolled.stage is Stage.WORKING)
    assert enrolled.signing.is_fresh


def test_a_wrong_pin_keeps_the_lock(qtbot, enrolled):
    enrolled.lock()
    model = LockModel(enrolled)
    model.enter("111222")
    settled(qtbot, model)
    assert model.problem == "Wrong PIN. 4 of 5 tries left before your password is needed."
    assert enrolled.stage is Stage.LOCKED


def test_the_password_lifts_the_lock_too(qtbot, enrolled):
    enrolled.lock()
    model = LockModel(enrolled)
    model.use_password()
    assert model.asks_password
    model.enter(PASSWORDS["rokafor"])
    qtbot.waitUntil(lambda: enrolled.stage is Stage.WORKING)


def test_two_different_pins_are_typed_again(enrolled):
    model = SetPinModel(enrolled)
    model.set_pin("284915", "284916")
    assert model.problem == "The two PINs are not alike. Type both again."


def test_a_pin_that_anyone_would_try_is_refused(qtbot, enrolled):
    model = SetPinModel(enrolled)
    model.set_pin("123456", "123456")
    settled(qtbot, model)
    assert model.problem.startswith("This PIN is among the first that anyone would try.")
