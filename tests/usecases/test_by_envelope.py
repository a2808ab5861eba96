"""Sealed envelopes on a real vault and store: who is let in, what is written, what is used up."""

from __future__ import annotations

from functools import partial

import msgspec
import pytest

from sonar_core.records.access_event import MOST_REASON, AccessAction, AccessEvent
from sonar_core.records.practitioner import Role
from sonar_core.records.unconfirmed_practitioner import MOST_NAME, UnconfirmedPractitioner
from sonar_core.sync.operations import header_of
from sonar_desktop.sync.errors import OfflineError
from sonar_desktop.usecases.begin_emergency import LASTS_MS
from sonar_desktop.usecases.by_envelope import (
    Declared,
    EnvelopeNotNeededError,
    EnvelopeOverError,
    admitted_visitor,
    checked,
    make_envelopes,
    visitor_of,
)
from sonar_desktop.usecases.come_in import by_envelope, by_key, by_renewal
from sonar_desktop.usecases.errors import UnreachedError
from sonar_desktop.usecases.identity_ports import Envelope
from sonar_desktop.usecases.inputs import InputError, RoleError
from sonar_desktop.usecases.log_access import log_access
from sonar_desktop.usecases.open_pc import open_pc
from sonar_desktop.usecases.people import people
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.sign_in import WIPE_SETTING, WipeOrderedError
from sonar_desktop.vault.envelope import new_code
from sonar_desktop.vault.errors import NotWritten, PasswordTooShort, WrongCode
from tests.ui.conftest import RHONA, SITE
from tests.ui.front_desk import PASSWORDS
from tests.usecases.test_enrol_device import desk
from tests.usecases.test_open_pc import enrolled

__all__ = ["desk"]
SAM = Declared(
    name="Sam Reed",
    role="paramedic",
    registration="PA12345",
    witness="Sgt Hale",
    reason="Agency shift, network down",
)
SAMS = "plum gravel sixteen"
HOUR = 60
MANAGER = msgspec.structs.replace(RHONA, role="manager")


def desk_of(premises, pc, actor):
    return Desk(
        actor=actor, store=pc.opened.store, clock=premises.clock, ids=premises.ids, site=SITE
    )


@pytest.fixture
def codes(desk):
    """The envelopes of a PC that was locked since and has lost its network."""
    enrolled(desk)
    premises = desk.premises()
    premises.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    pc = open_pc(premises)
    made = make_envelopes(premises.keys, desk_of(premises, pc, MANAGER))
    pc.opened.close()
    premises.keys.lock()
    desk.server.is_cut = True
    return [envelope.code for envelope in made]


def lines(pc):
    events = pc.opened.store.read(lambda reading: reading.all_of(AccessEvent))
    return [event for event in events if event.action is AccessAction.ENVELOPE_OPENED]


def visitors(pc):
    return pc.opened.store.read(lambda reading: reading.all_of(UnconfirmedPractitioner))


def test_who_opens_one_works_for_twelve_hours_under_their_own_word(desk, codes):
    premises = desk.premises()
    came = by_envelope(premises, None, codes[1].lower(), SAM, SAMS)
    [person], [line], actor = visitors(came.opened), lines(came.opened), came.admitted.actor
    assert person == UnconfirmedPractitioner(
        id=actor.user,
        name="Sam Reed",
        initials="SR",
        role=Role.PARAMEDIC,
        registration="PA12345",
        witness="Sgt Hale",
        envelope=2,
    )
    assert (line.user, line.reason) == (person.id, SAM.reason)
    assert (actor.user, actor.role, actor.lease_id) == (person.id, "paramedic", None)
    assert actor.emergency == line.id
    assert came.admitted.until_ms == desk.clock.now_ms() + LASTS_MS
    assert premises.keys.envelopes_left == 2


def test_everything_they_record_names_the_line_that_let_them_in(desk, codes):
    premises = desk.premises()
    came = by_envelope(premises, None, codes[0], SAM, SAMS)
    actor = came.admitted.actor
    log_access(desk_of(premises, came.opened, actor), AccessAction.SIGNED_IN)
    batch = came.opened.opened.sync.outgoing(10, 1_000_000)
    headers = [header_of(operation) for operation in batch.operations]
    theirs = [header for header in headers if header.user == actor.user]
    assert [header.kind for header in theirs] == [
        "UnconfirmedPractitioner",
        "AccessEvent",
        "AccessEvent",
    ]
    assert {header.emergency for header in theirs} == {actor.emergency}
    assert {header.lease_id for header in theirs} == {None}


def test_a_used_envelope_lets_nobody_in_and_the_others_do(desk, codes):
    by_envelope(desk.premises(), None, codes[0], SAM, SAMS).opened.opened.close()
    premises = desk.premises()
    with pytest.raises(WrongCode):
        by_envelope(premises, None, codes[0], SAM, SAMS)
    assert not premises.keys.is_unlocked
    other = msgspec.structs.replace(SAM, name="Jo Lyle")
    came = by_envelope(premises, None, codes[2], other, SAMS)
    assert {person.name for person in visitors(came.opened)} == {"Sam Reed", "Jo Lyle"}


def test_with_a_store_that_is_open_already_it_is_the_same(desk, codes):
    premises = desk.premises()
    premises.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    pc = open_pc(premises)
    with pytest.raises(WrongCode):
        by_envelope(premises, pc, new_code()[1], SAM, SAMS)
    assert premises.keys.is_unlocked
    assert by_envelope(premises, pc, codes[0], SAM, SAMS).opened is pc


def test_where_the_server_answers_no_envelope_is_used_up_and_the_store_stays_open(desk, codes):
    desk.server.is_cut = False
    premises = desk.premises()
    came = by_envelope(premises, None, codes[0], SAM, SAMS)
    assert isinstance(came.admitted, EnvelopeNotNeededError)
    assert (visitors(came.opened), lines(came.opened)) == ([], [])
    assert premises.keys.envelopes_left == 3


def test_a_pc_that_is_being_wiped_opens_for_nobody(desk, codes):
    premises = desk.premises()
    premises.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    pc = open_pc(premises)
    pc.opened.store.write(RHONA, "test", lambda writing: writing.put_setting(WIPE_SETTING, "x"))
    came = by_envelope(premises, pc, codes[0], SAM, SAMS)
    assert isinstance(came.admitted, WipeOrderedError)
    assert premises.keys.envelopes_left == 3


def test_the_line_is_on_the_disk_before_the_envelope_is_used_up(desk, codes, monkeypatch):
    def full(*_args):
        raise NotWritten

    premises = desk.premises()
    with monkeypatch.context() as patched:
        patched.setattr("sonar_desktop.vault.keybag.write_atomically", full)
        with pytest.raises(NotWritten):
            by_envelope(premises, None, codes[0], SAM, SAMS)
    assert not premises.keys.is_unlocked
    came = by_envelope(desk.premises(), None, codes[0], SAM, SAMS)
    assert [line.reason for line in lines(came.opened)] == [SAM.reason] * 2


def test_a_store_that_takes_no_line_leaves_the_envelope_good(desk, codes, monkeypatch):
    premises = desk.premises()

    def refuse(*_args):
        raise NotWritten

    with monkeypatch.context() as patched:
        patched.setattr("sonar_desktop.db.writing.Action.finish", refuse)
        with pytest.raises(NotWritten):
            by_envelope(premises, None, codes[0], SAM, SAMS)
    assert (premises.keys.is_unlocked, desk.premises().keys.envelopes_left) == (False, 3)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * (MOST_NAME + 1)}, "name"),
        ({"role": "manager"}, "role"),
        ({"role": ""}, "role"),
        ({"role": "forensic_nurse_lead"}, "role"),
        ({"registration": "x" * (MOST_NAME + 1)}, "registration"),
        ({"witness": ""}, "witness"),
        ({"witness": " sam  reed"}, "witness"),
        ({"reason": "down"}, "reason"),
        ({"reason": "x" * (MOST_REASON + 1)}, "reason"),
    ],
)
def test_what_says_nothing_is_refused_before_the_code_is_tried(desk, codes, changes, field):
    premises = desk.premises()
    with pytest.raises(InputError) as refused:
        by_envelope(premises, None, codes[0], msgspec.structs.replace(SAM, **changes), SAMS)
    assert [name for name, _ in refused.value.problems] == [field]
    assert not premises.keys.is_unlocked


def test_every_field_that_is_missing_is_said_at_once():
    nothing = Declared(name="", role="", registration="", witness="", reason="")
    with pytest.raises(InputError) as refused:
        checked(nothing)
    assert [name for name, _ in refused.value.problems] == ["name", "role", "witness", "reason"]


def test_a_weak_password_is_refused_before_the_code_is_tried(desk, codes):
    premises = desk.premises()
    with pytest.raises(PasswordTooShort):
        by_envelope(premises, None, codes[0], SAM, "short")
    assert not premises.keys.is_unlocked


def test_they_come_back_by_their_password_and_by_pin_also_online_until_it_ends(desk, codes):
    first = by_envelope(desk.premises(), None, codes[0], SAM, SAMS)
    user = first.admitted.actor.user
    first.opened.opened.close()
    desk.server.is_cut = False
    premises = desk.premises()
    came = by_key(premises, None, user, lambda: premises.keys.unlock(user, SAMS), password=SAMS)
    assert came.admitted == first.admitted
    premises.keys.set_pin(user, "284915")
    again = by_key(
        premises, came.opened, user, lambda: premises.keys.unlock_with_pin(user, "284915")
    )
    assert again.admitted == first.admitted


def test_their_tile_says_that_nobody_has_confirmed_who_they_are(desk, codes):
    premises = desk.premises()
    by_envelope(premises, None, codes[0], SAM, SAMS)
    assert [known.member.name for known in premises.keys.known()] == [
        "Rhona Okafor",
        "Sam Reed (not confirmed)",
    ]


def ended(desk, codes):
    first = by_envelope(desk.premises(), None, codes[0], SAM, SAMS)
    first.opened.opened.close()
    desk.clock.let_pass(minutes=12 * HOUR)
    return first.admitted.actor.user, desk.premises()


def test_after_twelve_hours_they_go_on_with_another_reason(desk, codes):
    user, premises = ended(desk, codes)
    with pytest.raises(UnreachedError):
        by_renewal(premises, None, user, SAMS)
    assert not premises.keys.is_unlocked
    came = by_renewal(premises, None, user, SAMS, "Still down, two to see")
    assert [line.reason for line in lines(came.opened)] == [SAM.reason, "Still down, two to see"]
    assert len(visitors(came.opened)) == 1
    assert came.admitted.actor.emergency == lines(came.opened)[-1].id
    assert came.admitted.until_ms == desk.clock.now_ms() + LASTS_MS
    assert premises.keys.envelopes_left == 2


def test_after_twelve_hours_a_server_that_answers_is_asked_by_name(desk, codes):
    user, premises = ended(desk, codes)
    desk.server.is_cut = False
    with pytest.raises(EnvelopeNotNeededError):
        by_renewal(premises, None, user, SAMS, "Still down, two to see")


def test_a_key_that_runs_on_without_the_line_lets_nobody_in(desk, codes):
    came = by_envelope(desk.premises(), None, codes[0], SAM, SAMS)
    person = visitor_of(came.opened.opened, came.admitted.actor.user)
    premises = desk.premises()
    desk.clock.let_pass(minutes=12 * HOUR)
    with pytest.raises(EnvelopeOverError):
        admitted_visitor(premises, came.opened.opened, person)
    came.opened.opened.store.write(
        RHONA, "test", lambda writing: writing.put_setting(WIPE_SETTING, "x")
    )
    with pytest.raises(WipeOrderedError):
        admitted_visitor(premises, came.opened.opened, person)


def test_whom_no_envelope_let_in_is_nobody_of_theirs(desk, codes):
    premises = desk.premises()
    premises.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    assert visitor_of(open_pc(premises).opened, RHONA.user) is None


def test_a_record_that_says_so_of_somebody_with_an_account_keeps_them_out_of_nothing(desk, codes):
    premises = desk.premises()
    premises.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    pc = open_pc(premises)
    forged = UnconfirmedPractitioner(
        id=RHONA.user,
        name="Rhona Okafor",
        initials="RO",
        role=Role.NURSE,
        registration="",
        witness="nobody",
        envelope=1,
    )
    pc.opened.store.write(RHONA, "test", lambda writing: writing.record(forged))
    unlock = partial(premises.keys.unlock, RHONA.user, PASSWORDS["rokafor"])
    assert by_key(premises, pc, RHONA.user, unlock).admitted.actor == RHONA


def test_others_read_their_name_with_the_word_that_nobody_confirmed_it(desk, codes):
    came = by_envelope(desk.premises(), None, codes[0], SAM, SAMS)
    names = came.opened.opened.store.read(lambda reading: people(reading, RHONA))
    assert names[came.admitted.actor.user] == "Sam Reed (not confirmed), paramedic"


def test_only_a_manager_makes_envelopes_and_a_line_says_so_first(desk, codes):
    premises = desk.premises()
    premises.keys.unlock(RHONA.user, PASSWORDS["rokafor"])
    pc = open_pc(premises)
    with pytest.raises(RoleError):
        make_envelopes(premises.keys, desk_of(premises, pc, RHONA))
    events = pc.opened.store.read(lambda reading: reading.all_of(AccessEvent))
    assert [one.action for one in events].count(AccessAction.ENVELOPES_MADE) == 1
    made = make_envelopes(premises.keys, desk_of(premises, pc, MANAGER))
    assert len(made) == 3
    with pytest.raises(WrongCode):
        premises.keys.open_envelope(codes[0])
    assert premises.keys.open_envelope(made[0].code).number == 1


def test_no_code_shows_in_what_a_traceback_would_print():
    assert repr(Envelope(number=1, code="ABCD")) == "<Envelope 1>"


def test_without_network_nobody_new_can_be_asked_about(desk, codes):
    premises = desk.premises()
    with pytest.raises(OfflineError):
        premises.door("", "", None).hello()
