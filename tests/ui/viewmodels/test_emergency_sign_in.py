"""Emergency access at the sign-in page: when it is offered, what it asks, and how it ends."""

from __future__ import annotations

import pytest

from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_desktop.ui.viewmodels.lock import LockModel
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.ui.viewmodels.sign_in import SignInModel
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus
from tests.ui.conftest import RHONA
from tests.ui.front_desk import PASSWORDS
from tests.ui.viewmodels.test_sign_in import NOTHING, restarted, settled

__all__ = ["restarted"]
SECRET = PASSWORDS["rokafor"]
WHY = "Network down, three people to see"
DAY = 24 * 60


@pytest.fixture
def ended(restarted, front_desk, hand_clock):
    """The program started again eight days after the last contact, without network."""
    front_desk.server.is_cut = True
    hand_clock.let_pass(minutes=8 * DAY)
    return restarted


def offered(qtbot, session) -> SignInModel:
    model = SignInModel(session)
    model.enter_password(SECRET)
    settled(qtbot, model)
    assert model.offers_emergency
    return model


def begin(qtbot, session, reason=WHY) -> SignInModel:
    model = offered(qtbot, session)
    model.choose_emergency(wanted=True)
    model.enter_emergency(SECRET, reason)
    qtbot.waitUntil(lambda: session.stage is not Stage.SIGN_IN)
    return model


def test_it_is_offered_only_once_the_server_could_not_be_reached(qtbot, ended):
    model = SignInModel(ended)
    assert model.asks == "online"
    assert not model.offers_emergency
    model.choose_emergency(wanted=True)
    assert not model.is_emergency
    model.enter_password(SECRET)
    settled(qtbot, model)
    assert model.offers_emergency
    assert model.note.endswith("Connect once, or use emergency access.")


def test_whom_the_server_refuses_is_offered_nothing(qtbot, ended, front_desk):
    front_desk.server.is_cut = False
    front_desk.server.passwords["rokafor"] = "another one since"
    model = SignInModel(ended)
    model.enter_password(SECRET)
    settled(qtbot, model)
    assert not model.offers_emergency


def test_nobody_whose_lease_runs_is_offered_it(qtbot, restarted, front_desk):
    front_desk.server.is_cut = True
    model = SignInModel(restarted)
    model.enter_password("not hers at all")
    settled(qtbot, model)
    assert not model.offers_emergency


def test_a_reason_and_the_password_let_her_go_on_and_a_line_is_written(qtbot, ended):
    begin(qtbot, ended)
    assert ended.workplace.desk.actor.emergency
    store = ended.open.opened.store
    [event] = [
        one
        for one in store.read(lambda reading: reading.all_of(AccessEvent))
        if one.action is AccessAction.EMERGENCY_ACCESS
    ]
    assert (event.id, event.reason) == (ended.workplace.desk.actor.emergency, WHY)


@pytest.mark.parametrize(
    ("password", "reason", "problem"),
    [
        (SECRET, " ", "Write why you need emergency access, in a few words."),
        ("", WHY, "Enter your password."),
        ("not hers at all", WHY, "Wrong password. 4 of 5 tries left before a wait."),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_lets_nobody_in(
    qtbot, ended, password, reason, problem
):
    model = offered(qtbot, ended)
    model.choose_emergency(wanted=True)
    model.enter_emergency(password, reason)
    settled(qtbot, model)
    assert (model.problem, model.is_emergency, model.offers_emergency) == (problem, True, True)
    assert (ended.stage, ended.open) == (Stage.SIGN_IN, None)
    assert not ended.premises.keys.is_unlocked


def test_the_server_is_asked_first_and_then_it_is_no_emergency(qtbot, ended, front_desk):
    model = offered(qtbot, ended)
    model.choose_emergency(wanted=True)
    front_desk.server.is_cut = False
    model.enter_emergency(SECRET, WHY)
    qtbot.waitUntil(lambda: ended.stage is Stage.SET_PIN)
    assert ended.workplace.desk.actor == RHONA


def test_somebody_else_chosen_leaves_it(qtbot, ended):
    model = offered(qtbot, ended)
    model.choose_emergency(wanted=True)
    model.choose(RHONA.user)
    assert not model.is_emergency
    model.choose_emergency(wanted=True)
    model.choose_someone_else()
    assert (model.is_emergency, model.offers_emergency) == (False, False)


def test_with_the_password_it_ends_when_the_server_answers(qtbot, ended, front_desk):
    begin(qtbot, ended)
    ended.switch_person()
    front_desk.server.is_cut = False
    front_desk.server.next_lease = "0192d3a4-0000-7000-8000-0000000000ff"
    model = SignInModel(ended)
    assert model.asks == "password"
    model.enter_password(SECRET)
    qtbot.waitUntil(lambda: ended.stage is Stage.SET_PIN)
    actor = ended.workplace.desk.actor
    assert (actor.emergency, actor.lease_id) == ("", front_desk.server.next_lease)


def test_while_it_is_known_to_be_offline_nothing_waits_for_the_server(qtbot, ended, front_desk):
    begin(qtbot, ended)
    ended.switch_person()
    ended.background.tell_sync_status(SyncStatus(state=SyncState.OFFLINE, waiting=NOTHING))
    front_desk.server.is_cut = False
    front_desk.server.next_lease = "0192d3a4-0000-7000-8000-0000000000ff"
    model = SignInModel(ended)
    qtbot.waitUntil(lambda: model.is_offline)
    model.enter_password(SECRET)
    qtbot.waitUntil(lambda: ended.stage is Stage.SET_PIN)
    assert ended.workplace.desk.actor.emergency


def test_at_the_lock_a_lease_that_ended_leads_to_the_sign_in_page(
    qtbot, enrolled, front_desk, hand_clock
):
    front_desk.server.is_cut = True
    enrolled.lock()
    hand_clock.wall_ms += 8 * DAY * 60_000
    lock = LockModel(enrolled)
    lock.enter("284915")
    qtbot.waitUntil(lambda: enrolled.stage is Stage.SIGN_IN)
    model = SignInModel(enrolled)
    assert (model.chosen.member.user, model.asks) == (RHONA.user, "online")
    begin(qtbot, enrolled)
    assert enrolled.workplace.desk.actor.emergency


def test_with_the_store_open_the_password_is_proved_all_the_same(
    qtbot, enrolled, front_desk, hand_clock
):
    front_desk.server.is_cut = True
    enrolled.switch_person()
    hand_clock.wall_ms += 8 * DAY * 60_000
    model = offered(qtbot, enrolled)
    model.choose_emergency(wanted=True)
    model.enter_emergency("not hers at all", WHY)
    settled(qtbot, model)
    assert model.problem.startswith("Wrong password.")
    assert enrolled.stage is Stage.SIGN_IN
    store = enrolled.open.opened.store
    lines = store.read(lambda reading: reading.all_of(AccessEvent))
    assert AccessAction.EMERGENCY_ACCESS not in {one.action for one in lines}


def test_a_key_that_outlived_its_lease_is_offered_it_too(
    qtbot, restarted, sessions, front_desk, hand_clock
):
    keys = restarted.premises.keys
    keys.unlock(RHONA.user, SECRET)
    # As a power cut leaves it that falls before the store has the new lease.
    member, end_ms = keys.known()[0].member, hand_clock.now_ms() + 14 * DAY * 60_000
    keys.renew(member, gen=1, not_after_ms=end_ms)
    restarted.close()
    front_desk.server.is_cut = True
    hand_clock.let_pass(minutes=8 * DAY)
    session = sessions()
    model = SignInModel(session)
    assert (model.asks, model.offers_emergency) == ("password", False)
    begin(qtbot, session)
    assert session.workplace.desk.actor.emergency
