from __future__ import annotations

import pytest

from sonar_desktop.ui.viewmodels.account_watch import GOES_ON
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.ui.viewmodels.sign_in import SignInModel
from sonar_desktop.ui.viewmodels.sign_in_words import CLOSED, REPLACED, TYPED
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.ports import Draft
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting
from sonar_desktop.vault.server_orders import ServerOrders
from tests.ui.conftest import LENA, RHONA
from tests.ui.front_desk import PASSWORDS

NOTHING = Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)
ANOTHER = "saddle mirror quartz"


@pytest.fixture
def both(qtbot, enrolled, hand_clock):
    """A PC on which Lena has signed in too; Rhona is at work, with her PIN."""
    enrolled.switch_person()
    model = SignInModel(enrolled)
    model.choose_someone_else()
    model.enter_name("lmarek", PASSWORDS["lmarek"])
    qtbot.waitUntil(lambda: enrolled.stage is Stage.SET_PIN)
    enrolled.premises.keys.set_pin(LENA.user, "193746")
    enrolled.pin_settled()
    enrolled.switch_person()
    model = SignInModel(enrolled)
    model.choose(RHONA.user)
    model.enter_pin("284915")
    qtbot.waitUntil(lambda: enrolled.stage is Stage.WORKING)
    hand_clock.let_pass(seconds=90)
    return enrolled


@pytest.fixture
def contact(qtbot, front_desk):
    """Returns a function: the exchange has just reached the server; what it said is taken."""

    def make(session, state=SyncState.UP_TO_DATE) -> None:
        before = front_desk.server.rolls
        session.background.tell_sync_status(SyncStatus(state=state, waiting=NOTHING))
        qtbot.waitUntil(lambda: front_desk.server.rolls == before + 1)
        qtbot.waitUntil(lambda: not session.accounts._is_asking)

    return make


def say(front_desk, actor, gen, *, is_open=True, password=None):
    front_desk.server.accounts[actor.user] = (gen, is_open)
    name = {RHONA.user: "rokafor", LENA.user: "lmarek"}[actor.user]
    if password is not None:
        front_desk.server.passwords[name] = password


def known(session) -> list[str]:
    return [one.member.user for one in session.premises.keys.known()]


def test_whose_account_is_closed_leaves_the_screen_and_what_they_typed_stays(
    qtbot, both, front_desk, contact, hand_clock
):
    draft = Draft(
        author=RHONA.user,
        record="0192d3a4-0000-7000-8000-000000000a01",
        form="note",
        episode=None,
        body=b"refuses food",
        place="",
        saved_ms=hand_clock.now_ms(),
    )
    store = both.workplace.desk.store
    both.dropping.connect(lambda: store.keep_draft(draft))
    say(front_desk, RHONA, 2, is_open=False)
    contact(both)
    assert (both.stage, both.workplace, both.admitted) == (Stage.SIGN_IN, None, None)
    qtbot.waitUntil(lambda: known(both) == [LENA.user])
    assert [one.body for one in store.read(lambda see: see.drafts(RHONA.user))] == [b"refuses food"]
    model = SignInModel(both)
    assert model.farewell == (CLOSED[0], CLOSED[1].format(typed=TYPED))
    assert both.open is not None
    model.enter_pin("193746")
    qtbot.waitUntil(lambda: both.stage is Stage.WORKING)
    assert SignInModel(both).farewell == ("", "")


def test_while_words_are_on_no_disk_nobody_is_told_that_they_are_kept(both, front_desk, contact):
    say(front_desk, RHONA, 2, is_open=False)
    contact(both)
    both.late._waiting["a", "b"] = None
    assert SignInModel(both).farewell == (CLOSED[0], CLOSED[1].format(typed=""))
    both.late._waiting.clear()


def test_with_another_password_one_goes_on_until_the_lock_and_then_signs_in_by_name(
    qtbot, both, front_desk, contact, hand_clock
):
    said = []
    both.trouble.connect(said.append)
    say(front_desk, RHONA, 2, password=ANOTHER)
    contact(both)
    hand_clock.let_pass(seconds=61)
    contact(both)
    assert (both.stage, said) == (Stage.WORKING, [GOES_ON])
    signed = []
    hand_clock.let_pass(minutes=6)
    both.signing.confirm(lambda: signed.append("by pin"))
    both.signing.enter("284915")
    qtbot.waitUntil(lambda: signed == ["by pin"])
    both.lock()
    assert both.stage is Stage.SIGN_IN
    qtbot.waitUntil(lambda: known(both) == [LENA.user])
    model = SignInModel(both)
    assert model.farewell == (REPLACED[0], REPLACED[1].format(typed=TYPED).strip())
    assert model.is_new_person
    model.enter_name("rokafor", PASSWORDS["rokafor"])
    qtbot.waitUntil(lambda: not model.is_busy)
    assert model.problem == "The name or the password is not right. Check both and try again."
    model.enter_name("rokafor", ANOTHER)
    qtbot.waitUntil(lambda: both.stage is Stage.WORKING)
    hand_clock.let_pass(seconds=61)
    contact(both)
    assert both.stage is Stage.WORKING
    both.lock()
    assert both.stage is Stage.LOCKED


def test_at_the_lock_page_another_password_asks_for_a_sign_in_by_name(both, front_desk, contact):
    both.lock()
    say(front_desk, RHONA, 2, password=ANOTHER)
    contact(both)
    assert both.stage is Stage.SIGN_IN
    assert SignInModel(both).farewell[0] == REPLACED[0]


def test_who_is_not_at_work_loses_key_and_pin_and_nobody_else_is_disturbed(
    qtbot, both, front_desk, contact
):
    say(front_desk, LENA, 2, is_open=False)
    model = SignInModel(both)
    assert len(model.known) == 2
    contact(both)
    qtbot.waitUntil(lambda: [one.member.user for one in model.known] == [RHONA.user])
    assert both.stage is Stage.WORKING
    assert SignInModel(both).farewell == ("", "")


def test_a_key_that_the_disk_keeps_goes_with_the_next_word(
    qtbot, both, front_desk, contact, hand_clock, monkeypatch
):
    def refuse(*_):
        tried.append("refused")
        raise KnownError("The disk is full.")

    tried = []
    say(front_desk, LENA, 2)
    with monkeypatch.context() as full:
        full.setattr(ServerOrders, "drop_older_slot", refuse)
        contact(both)
        qtbot.waitUntil(lambda: tried == ["refused"])
    assert len(known(both)) == 2
    hand_clock.let_pass(seconds=61)
    contact(both)
    qtbot.waitUntil(lambda: known(both) == [RHONA.user])


def test_the_server_is_asked_once_a_minute_and_never_while_it_cannot_be_reached(
    both, front_desk, contact, hand_clock
):
    contact(both)
    for state in (SyncState.UP_TO_DATE, SyncState.BLOCKED):
        both.background.tell_sync_status(SyncStatus(state=state, waiting=NOTHING))
    hand_clock.let_pass(seconds=60)
    both.background.tell_sync_status(SyncStatus(state=SyncState.OFFLINE, waiting=NOTHING))
    both.background.settle()
    assert not both.accounts._is_asking
    asked = front_desk.server.rolls
    contact(both, SyncState.BLOCKED)
    assert front_desk.server.rolls == asked + 1


def test_a_server_that_says_nothing_is_asked_again(qtbot, both, front_desk, contact, hand_clock):
    say(front_desk, RHONA, 2, is_open=False)
    front_desk.server.is_cut = True
    both.background.tell_sync_status(SyncStatus(state=SyncState.BLOCKED, waiting=NOTHING))
    qtbot.waitUntil(lambda: both.accounts._asked_ms is not None)
    qtbot.waitUntil(lambda: not both.accounts._is_asking)
    assert both.stage is Stage.WORKING
    front_desk.server.is_cut = False
    hand_clock.let_pass(seconds=61)
    contact(both)
    assert both.stage is Stage.SIGN_IN


@pytest.mark.parametrize(("is_open", "word"), [(True, "changed"), (False, "closed")])
def test_the_only_one_who_can_open_the_store_opens_it_and_sees_nothing(
    qtbot, enrolled, sessions, front_desk, contact, hand_clock, is_open, word
):
    hand_clock.let_pass(seconds=61)
    say(front_desk, RHONA, 2, is_open=is_open, password=ANOTHER)
    contact(enrolled)
    enrolled.close()
    session = sessions()
    for _ in range(10):
        hand_clock.let_pass(minutes=4)
        session.tick()
    assert known(session) == [RHONA.user]
    model = SignInModel(session)
    model.enter_password(PASSWORDS["rokafor"])
    qtbot.waitUntil(lambda: session.open is not None)
    assert f"was {word}" in model.problem
    assert (session.stage, session.workplace, model.is_new_person) == (Stage.SIGN_IN, None, True)
    session.tick()
    assert session.premises.keys.is_unlocked
    name, password = ("rokafor", ANOTHER) if is_open else ("lmarek", PASSWORDS["lmarek"])
    model.enter_name(name, password)
    qtbot.waitUntil(lambda: session.stage is Stage.SET_PIN)
    assert session.workplace is not None


def test_after_a_fortnight_the_former_password_leads_to_the_new_one(
    qtbot, enrolled, sessions, front_desk, hand_clock
):
    enrolled.close()
    hand_clock.let_pass(minutes=14 * 24 * 60)
    say(front_desk, RHONA, 2, password=ANOTHER)
    session = sessions()
    model = SignInModel(session)
    assert model.asks == "online"
    model.enter_password(PASSWORDS["rokafor"])
    qtbot.waitUntil(lambda: session.open is not None)
    assert "was changed" in model.problem
    model.enter_name("rokafor", ANOTHER)
    qtbot.waitUntil(lambda: session.stage is Stage.SET_PIN)
