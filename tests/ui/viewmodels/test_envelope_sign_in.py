"""Sealed envelopes at the sign-in page: when they are offered, what they ask, what refuses."""

from __future__ import annotations

import pytest

from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_desktop.ui.viewmodels.session import Stage
from sonar_desktop.ui.viewmodels.sign_in import SignInModel
from sonar_desktop.ui.viewmodels.sign_in_words import NOBODY_NEW, NOBODY_NEW_OFFLINE
from sonar_desktop.usecases.by_envelope import EnvelopeNotNeededError
from sonar_desktop.usecases.sync_ports import SyncState, SyncStatus
from sonar_desktop.vault.envelope import new_code
from tests.ui.conftest import RHONA
from tests.ui.front_desk import PASSWORDS
from tests.ui.viewmodels.test_sign_in import NOTHING, restarted, settled

__all__ = ["restarted"]
SAID = {
    "name": "Sam Reed",
    "role": "nurse",
    "registration": "",
    "witness": "Sgt Hale",
    "reason": "Agency shift, network down",
}
SAMS = "plum gravel sixteen"


@pytest.fixture
def codes(restarted, front_desk):
    """Three envelopes of a PC that has lost its network and been started again."""
    premises = front_desk.premises()
    premises.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    made = premises.keys.make_envelopes()
    premises.keys.lock()
    front_desk.server.is_cut = True
    restarted.premises = front_desk.premises()
    return [envelope.code for envelope in made]


def somebody_else(session) -> SignInModel:
    model = SignInModel(session)
    model.choose_someone_else()
    return model


def entered(qtbot, session, code, said=SAID, password=SAMS) -> SignInModel:
    model = somebody_else(session)
    model.choose_envelope(wanted=True)
    model.enter_envelope(code, said, password)
    return model


def test_it_is_offered_where_the_server_cannot_be_asked_and_an_envelope_is_left(codes, restarted):
    model = somebody_else(restarted)
    assert (model.note, model.offers_envelope, model.envelopes_left) == (NOBODY_NEW, True, 3)
    model.choose(RHONA.user)
    assert not model.offers_envelope
    model.choose_envelope(wanted=True)
    assert not model.is_envelope


def test_where_none_was_made_none_is_offered(restarted, front_desk):
    front_desk.server.is_cut = True
    assert not somebody_else(restarted).offers_envelope


def test_with_the_store_open_it_is_offered_once_the_server_is_away(qtbot, enrolled, front_desk):
    enrolled.premises.keys.make_envelopes()
    enrolled.switch_person()
    model = somebody_else(enrolled)
    assert not model.offers_envelope
    front_desk.server.is_cut = True
    model.enter_name("sreed", SAMS)
    settled(qtbot, model)
    assert model.offers_envelope
    enrolled.background.tell_sync_status(SyncStatus(state=SyncState.OFFLINE, waiting=NOTHING))
    qtbot.waitUntil(lambda: model.is_offline)
    assert (model.note, model.offers_envelope) == (NOBODY_NEW_OFFLINE, True)


def test_an_envelope_and_who_one_is_let_somebody_new_in(qtbot, codes, restarted):
    entered(qtbot, restarted, codes[0])
    qtbot.waitUntil(lambda: restarted.stage is Stage.SET_PIN)
    actor = restarted.workplace.desk.actor
    assert (actor.name, actor.role, actor.lease_id) == ("Sam Reed", "nurse", None)
    read = restarted.open.opened.store.read
    [line] = [
        one
        for one in read(lambda reading: reading.all_of(AccessEvent))
        if one.action is AccessAction.ENVELOPE_OPENED
    ]
    assert (line.user, line.id) == (actor.user, actor.emergency)


def test_what_is_missing_is_said_at_its_field_and_no_code_is_tried(qtbot, codes, restarted):
    model = entered(qtbot, restarted, codes[0], {**SAID, "witness": "", "role": ""})
    assert model.problem == "2 answers need you."
    assert list(model.envelope_problems) == ["role", "witness"]
    assert (model.is_envelope, model.is_busy) == (True, False)


@pytest.mark.parametrize(("code", "password"), [("", SAMS), ("a code", "")])
def test_without_code_or_password_nothing_is_tried(qtbot, codes, restarted, code, password):
    model = entered(qtbot, restarted, code, password=password)
    assert model.problem == "Enter the code of the envelope, and choose a password."
    assert not model.is_busy


def test_a_wrong_code_is_refused_and_is_in_the_log_once_a_store_is_open(qtbot, codes, restarted):
    model = entered(qtbot, restarted, new_code()[1])
    settled(qtbot, model)
    assert model.problem.startswith("No unused envelope of this PC has this code.")
    assert (restarted.stage, restarted.open, model.is_envelope) == (Stage.SIGN_IN, None, True)
    assert not restarted.premises.keys.is_unlocked
    model.enter_envelope(codes[0], SAID, SAMS)
    qtbot.waitUntil(lambda: restarted.stage is Stage.SET_PIN)
    restarted.background.settle()
    events = restarted.open.opened.store.read(lambda reading: reading.all_of(AccessEvent))
    [refused] = [one for one in events if one.action is AccessAction.SIGN_IN_REFUSED]
    assert (refused.user, refused.typed) == (None, "Sam Reed")


def test_a_server_that_answers_after_all_is_asked_by_name(qtbot, codes, restarted, front_desk):
    front_desk.server.is_cut = False
    model = entered(qtbot, restarted, codes[0])
    settled(qtbot, model)
    assert model.problem == EnvelopeNotNeededError().user_message
    assert (model.is_new_person, model.is_envelope, model.can_be_new) == (True, False, True)
    assert (restarted.stage, model.envelopes_left) == (Stage.SIGN_IN, 3)


def test_going_back_leaves_it(codes, restarted):
    model = somebody_else(restarted)
    model.choose_envelope(wanted=True)
    assert (model.is_envelope, model.note) == (True, "")
    model.choose_envelope(wanted=False)
    assert not model.is_envelope
    model.choose_envelope(wanted=True)
    model.choose(RHONA.user)
    assert not model.is_envelope
