from __future__ import annotations

import pytest

from sonar_core.board.alarms import Alarm, AlarmClass
from sonar_desktop.ui.viewmodels.front import FrontModel
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.ui.viewmodels.sign_in import REMOVALS, SignInModel
from sonar_desktop.ui.viewmodels.wipe_watch import Removal
from sonar_desktop.usecases import obey_wipe
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus, Waiting
from sonar_desktop.vault.errors import NotWritten
from tests.ui.front_desk import PASSWORDS

NOTHING = Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)
REFUSED = SyncStatus(state=SyncState.BLOCKED, waiting=NOTHING, is_taken_out=True)
WELL = SyncStatus(state=SyncState.UP_TO_DATE, waiting=NOTHING)
ORDER_ID = "0192d3a4-0000-7000-8000-00000000000a"


@pytest.fixture
def sent(monkeypatch):
    """The exchange has sent all there is: what the fixtures' server cannot take counts as taken."""
    from sonar_desktop.db.sync_store import ClientSyncStore  # noqa: PLC0415 - of this fixture alone

    monkeypatch.setattr(ClientSyncStore, "waiting", lambda _self: NOTHING)


def hear(qtbot, session, front_desk, status=REFUSED):
    """The exchange tells how it stands; wait until the PC has asked what is to become of it."""
    before = len(front_desk.server.told)
    session.background.tell_sync_status(status)
    qtbot.waitUntil(lambda: len(front_desk.server.told) == before + 1)
    qtbot.waitUntil(lambda: not session.accounts.wipe._is_busy)


def test_a_pc_out_of_use_without_an_order_goes_on_recording(qtbot, enrolled, front_desk):
    hear(qtbot, enrolled, front_desk)
    assert (enrolled.stage, enrolled.accounts.wipe.removal) == (Stage.WORKING, None)


def test_an_order_empties_the_screen_and_says_so_calmly_until_all_is_sent(
    qtbot, enrolled, front_desk, hand_clock
):
    front_desk.server.order_id = ORDER_ID
    hear(qtbot, enrolled, front_desk)
    assert enrolled.stage is Stage.SIGN_IN
    assert SignInModel(enrolled).farewell == REMOVALS[Removal.ORDERED]
    assert enrolled.open.opened.sync.waiting().operations
    assert not enrolled.premises.keys.is_wiped
    assert front_desk.server.parcels == []
    model = SignInModel(enrolled)
    for enter in (model.enter_pin, model.enter_password, lambda text: model.enter_name("x", text)):
        model.problem = ""
        enter("284915")
        assert model.problem.startswith("This PC is being taken out of use")
    assert (model.is_busy, enrolled.workplace) == (False, None)


def test_when_all_is_sent_the_keys_go_and_the_next_start_removes_the_records(
    qtbot, enrolled, sessions, front_desk, sent
):
    front_desk.server.order_id = ORDER_ID
    enrolled.background.tell_sync_status(REFUSED)
    qtbot.waitUntil(lambda: bool(front_desk.handed_over))
    assert len(front_desk.server.parcels) == 1
    assert enrolled.open is None
    alarm = Alarm(due_ms=1, cell="M4", kind=AlarmClass.CHECK)
    session = sessions(inherited=(alarm,))
    front = FrontModel(session, site_name="", pc_name="", version="0.1.0", zone="")
    assert (session.alarms.lines(), front.alarms[1]) == ((), "")
    qtbot.waitUntil(lambda: session.accounts.wipe.removal is Removal.DONE)
    model = SignInModel(session)
    assert model.farewell == REMOVALS[Removal.DONE]
    assert (session.stage, model.known, model.can_be_new) == (Stage.SIGN_IN, (), False)
    assert not (front_desk.folder / "data" / "client.db").exists()


def test_a_wiped_pc_without_network_hands_in_later(
    qtbot, enrolled, sessions, front_desk, sent, monkeypatch
):
    front_desk.server.order_id = ORDER_ID
    hand_in = obey_wipe.hand_in

    def cut(premises):
        front_desk.server.is_cut = True
        hand_in(premises)

    monkeypatch.setattr(obey_wipe, "hand_in", cut)
    hear(qtbot, enrolled, front_desk)
    assert enrolled.premises.keys.is_wiped
    monkeypatch.setattr(obey_wipe, "hand_in", hand_in)
    enrolled.close()
    session = sessions()
    wipe = session.accounts.wipe
    assert SignInModel(session).farewell == REMOVALS[Removal.WIPED]
    qtbot.waitUntil(lambda: not wipe._is_busy)
    assert (wipe.removal, front_desk.server.parcels) == (Removal.WIPED, [])
    front_desk.server.is_cut = False
    wipe._again.timeout.emit()
    qtbot.waitUntil(lambda: wipe.removal is Removal.DONE)
    assert len(front_desk.server.parcels) == 1


def test_words_that_are_on_no_disk_hold_the_wipe_up(qtbot, enrolled, front_desk, sent):
    front_desk.server.order_id = ORDER_ID
    enrolled.late._waiting["a", "b"] = None
    hear(qtbot, enrolled, front_desk)
    assert (enrolled.stage, enrolled.premises.keys.is_wiped) == (Stage.SIGN_IN, False)
    enrolled.late._waiting.clear()


def test_a_disk_that_takes_no_parcel_keeps_the_keys(
    qtbot, enrolled, front_desk, sent, monkeypatch, hand_clock
):
    def refuse(*_):
        raise NotWritten

    front_desk.server.order_id = ORDER_ID
    parcels = type(enrolled.premises.parcels)
    with monkeypatch.context() as full:
        full.setattr(parcels, "keep", refuse)
        hear(qtbot, enrolled, front_desk)
    assert not enrolled.premises.keys.is_wiped
    hand_clock.let_pass(seconds=61)
    enrolled.background.tell_sync_status(REFUSED)
    qtbot.waitUntil(lambda: bool(front_desk.handed_over))
    assert enrolled.premises.keys.is_wiped


def test_readmitted_people_sign_in_again(qtbot, enrolled, front_desk, hand_clock):
    front_desk.server.order_id = ORDER_ID
    hear(qtbot, enrolled, front_desk)
    front_desk.server.order_id = ""
    hand_clock.let_pass(seconds=61)
    hear(qtbot, enrolled, front_desk, WELL)
    model = SignInModel(enrolled)
    assert model.farewell == ("", "")
    model.enter_pin("284915")
    qtbot.waitUntil(lambda: enrolled.stage is Stage.WORKING)


def test_after_a_restart_the_order_still_stands_without_the_network(
    qtbot, enrolled, sessions, front_desk
):
    front_desk.server.order_id = ORDER_ID
    hear(qtbot, enrolled, front_desk)
    enrolled.close()
    front_desk.server.is_cut = True
    session = sessions()
    model = SignInModel(session)
    model.enter_password(PASSWORDS["rokafor"])
    qtbot.waitUntil(lambda: session.accounts.wipe.removal is Removal.ORDERED)
    assert model.problem.startswith("This PC is being taken out of use")
    assert (session.stage, session.workplace) == (Stage.SIGN_IN, None)


def test_who_is_let_in_while_the_order_is_on_its_way_leaves_again(qtbot, enrolled, front_desk):
    enrolled.accounts.wipe.removal = Removal.ORDERED
    enrolled.accounts.sits_down(enrolled.last_user)
    qtbot.waitUntil(lambda: enrolled.stage is Stage.SIGN_IN)
