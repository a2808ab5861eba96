from __future__ import annotations

import pytest

from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.ui.viewmodels.sign_in import (
    NEW_NEEDS_SERVER,
    NOBODY_NEW,
    NOBODY_NEW_OFFLINE,
    SignInModel,
)
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting
from tests.ui.conftest import LENA, RHONA
from tests.ui.front_desk import PASSWORDS

NOTHING = Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)


@pytest.fixture
def restarted(enrolled, sessions):
    """The program started again on the enrolled PC, as in the morning."""
    enrolled.close()
    return sessions()


def settled(qtbot, model: SignInModel) -> None:
    qtbot.waitUntil(lambda: not model.is_busy)


def test_the_password_opens_the_pc_without_the_network(qtbot, restarted, front_desk):
    front_desk.server.is_cut = True
    model = SignInModel(restarted)
    assert (model.chosen.member.name, model.asks) == ("Rhona Okafor", "password")
    model.enter_password(PASSWORDS["rokafor"])
    qtbot.waitUntil(lambda: restarted.stage is Stage.SET_PIN)
    assert restarted.workplace.desk.actor == RHONA
    assert front_desk.server.sign_ins == 1


def test_a_wrong_password_counts_down_in_words(qtbot, restarted):
    model = SignInModel(restarted)
    model.enter_password("not the one at all")
    settled(qtbot, model)
    assert model.problem == "Wrong password. 4 of 5 tries left before a wait."
    assert restarted.stage is Stage.SIGN_IN


def test_a_wrong_pin_says_how_many_tries_are_left(qtbot, enrolled):
    enrolled.switch_person()
    model = SignInModel(enrolled)
    assert model.asks == "pin"
    model.enter_pin("111222")
    settled(qtbot, model)
    assert model.problem == "Wrong PIN. 4 of 5 tries left before your password is needed."


def test_after_five_wrong_pins_the_password_is_asked(qtbot, enrolled):
    enrolled.switch_person()
    model = SignInModel(enrolled)
    for _ in range(5):
        model.enter_pin("111222")
        settled(qtbot, model)
    assert model.problem == "Wrong PIN five times. Your password is needed now."
    assert model.asks == "password"


def test_the_pin_lets_a_person_back_in(qtbot, enrolled):
    enrolled.switch_person()
    SignInModel(enrolled).enter_pin("284915")
    qtbot.waitUntil(lambda: enrolled.stage is Stage.WORKING)


def test_somebody_new_signs_in_with_the_server_s_word(qtbot, enrolled, front_desk):
    enrolled.switch_person()
    model = SignInModel(enrolled)
    model.choose_someone_else()
    assert model.note == NEW_NEEDS_SERVER
    model.enter_name("lmarek", PASSWORDS["lmarek"])
    qtbot.waitUntil(lambda: enrolled.stage is Stage.SET_PIN)
    assert enrolled.workplace.desk.actor == LENA
    assert len(enrolled.premises.keys.known()) == 2


def test_offline_nobody_new_can_sign_in_and_the_page_says_so(qtbot, enrolled, front_desk):
    enrolled.switch_person()
    front_desk.server.is_cut = True
    status = SyncStatus(state=SyncState.OFFLINE, waiting=NOTHING)
    enrolled.background.tell_sync_status(status)
    model = SignInModel(enrolled)
    model.choose_someone_else()
    qtbot.waitUntil(lambda: model.is_offline)
    assert model.note == NOBODY_NEW_OFFLINE
    model.enter_name("lmarek", PASSWORDS["lmarek"])
    settled(qtbot, model)
    assert (model.problem, model.is_new_person) == (NOBODY_NEW_OFFLINE, True)


def test_without_a_key_nobody_new_can_sign_in_even_online(restarted):
    model = SignInModel(restarted)
    model.choose_someone_else()
    assert not model.can_be_new
    model.enter_name("lmarek", PASSWORDS["lmarek"])
    assert model.problem == NOBODY_NEW


def test_a_person_of_another_suite_is_told_so(qtbot, enrolled, front_desk):
    enrolled.switch_person()
    front_desk.server.sites = ("0192d3a4-0000-7000-8000-0000000000a9",)
    model = SignInModel(enrolled)
    model.choose_someone_else()
    model.enter_name("lmarek", PASSWORDS["lmarek"])
    settled(qtbot, model)
    assert model.problem.startswith("Your name and password are right, but you have no role at")


def test_the_note_says_until_when_the_network_is_not_needed(restarted):
    model = SignInModel(restarted)
    assert model.note == "Checked on this PC. Works without network until 21-Nov-2026."


def test_after_the_lease_the_server_is_asked_once(qtbot, enrolled, front_desk, hand_clock):
    enrolled.switch_person()
    hand_clock.let_pass(minutes=7 * 24 * 60)
    model = SignInModel(enrolled)
    assert model.asks == "online"
    assert model.note == "Your sign-in on this PC ended on 21-Nov-2026. It needs the server once."
    model.enter_password(PASSWORDS["rokafor"])
    qtbot.waitUntil(lambda: enrolled.stage is not Stage.SIGN_IN)
    assert front_desk.server.sign_ins == 2
    assert SignInModel(enrolled).note.endswith("until 28-Nov-2026.")


def test_nothing_typed_is_not_a_try(restarted):
    model = SignInModel(restarted)
    model.enter_password("")
    assert (model.problem, model.is_busy) == ("Enter your password.", False)


def test_a_pc_switched_off_for_a_fortnight_is_opened_with_the_server_s_word(
    qtbot, restarted, front_desk, hand_clock
):
    hand_clock.let_pass(minutes=14 * 24 * 60)
    model = SignInModel(restarted)
    assert model.asks == "online"
    model.enter_password(PASSWORDS["rokafor"])
    qtbot.waitUntil(lambda: restarted.stage is Stage.SET_PIN)
    assert front_desk.server.sign_ins == 2


def test_after_the_lease_an_offline_pc_stays_closed(qtbot, restarted, front_desk, hand_clock):
    hand_clock.let_pass(minutes=14 * 24 * 60)
    front_desk.server.is_cut = True
    model = SignInModel(restarted)
    model.enter_password(PASSWORDS["rokafor"])
    settled(qtbot, model)
    assert restarted.stage is Stage.SIGN_IN
    assert not restarted.premises.keys.is_unlocked
    assert model.problem.startswith("The server cannot be reached.")


def test_a_sign_in_by_password_online_renews_the_lease_beside_the_work(
    qtbot, restarted, front_desk, hand_clock
):
    hand_clock.let_pass(minutes=3 * 24 * 60)
    SignInModel(restarted).enter_password(PASSWORDS["rokafor"])
    qtbot.waitUntil(lambda: restarted.stage is Stage.SET_PIN)
    week_from_now = hand_clock.now_ms() + 7 * 24 * 3_600_000
    qtbot.waitUntil(lambda: restarted.admitted.until_ms == week_from_now)
    assert restarted.premises.keys.known()[0].not_after_ms == week_from_now
