"""Emergency access on a real vault and store: what is waived, what is not, and for how long."""

from __future__ import annotations

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sonar_core import bodies
from sonar_core.records.access_event import MOST_REASON, AccessAction, AccessEvent
from sonar_core.sync.lease import Lease, canonical, signed_message
from sonar_core.sync.operations import header_of
from sonar_core.sync.roll import Heard
from sonar_desktop.sync.errors import OfflineError, SignInError
from sonar_desktop.usecases.begin_emergency import (
    LASTS_MS,
    ReasonMissingError,
    ReasonTooLongError,
    begin_emergency,
)
from sonar_desktop.usecases.go_on_here import ask_to_go_on, end_emergency
from sonar_desktop.usecases.open_pc import open_pc
from sonar_desktop.usecases.sign_in import (
    WIPE_SETTING,
    AccountClosedError,
    LeaseMissingError,
    NoRecordsError,
    PasswordReplacedError,
    WipeOrderedError,
    admitted_here,
    emergency_of,
    kept_lease,
    lease_setting,
    roll_setting,
)
from sonar_desktop.vault.errors import (
    LeaseAltered,
    LeaseEnded,
    LeaseOfAnotherPc,
    LeaseOfAnotherPerson,
    LeaseWrongKey,
    WrongPassword,
)
from tests.ui.conftest import LENA, RHONA
from tests.ui.front_desk import PASSWORDS, WEEK_MS
from tests.usecases.test_enrol_device import desk
from tests.usecases.test_open_pc import enrolled

__all__ = ["desk"]
WHY = "Network down, three people to see"
SECRET = PASSWORDS["rokafor"]
HOUR = 60


@pytest.fixture
def ended(desk):
    """A PC whose only person's lease ended a day ago, away from the server, opened by her."""
    enrolled(desk)
    desk.server.is_cut = True
    desk.clock.let_pass(minutes=8 * 24 * HOUR)
    return opened_by_password(desk)


def opened_by_password(desk):
    premises = desk.premises()
    premises.keys.unlock_to_renew(RHONA.user, SECRET)
    return premises, open_pc(premises)


def events(pc):
    found = pc.opened.store.read(lambda reading: reading.all_of(AccessEvent))
    return [one for one in found if one.action is AccessAction.EMERGENCY_ACCESS]


def put_lease(pc, change, key=None):
    """Keep another lease in the store than the server gave, signed by a key or not anew."""
    kept = kept_lease(pc.opened, RHONA.user)
    lease = change(bodies.decode(kept.body, Lease))
    body = canonical(lease)
    signature = kept.signature if key is None else key.sign(signed_message(body))
    fresh = msgspec.structs.replace(kept, body=body, signature=signature)
    put_setting(pc, lease_setting(RHONA.user), msgspec.json.encode(fresh).decode())


def put_setting(pc, name, text):
    pc.opened.store.write(RHONA, "test", lambda writing: writing.put_setting(name, text))


def test_she_goes_on_for_twelve_hours_and_the_line_with_the_reason_comes_first(desk, ended):
    premises, pc = ended
    admitted = begin_emergency(premises, pc.opened, RHONA.user, f"  {WHY} ")
    [event] = events(pc)
    assert (event.user, event.reason) == (RHONA.user, WHY)
    assert admitted.actor == msgspec.structs.replace(RHONA, emergency=event.id)
    assert admitted.until_ms == desk.clock.now_ms() + LASTS_MS
    [known] = premises.keys.known()
    assert (known.asks, known.not_after_ms) == ("password", admitted.until_ms)


def test_it_survives_a_restart_and_every_way_of_proving_oneself_works(desk, ended):
    premises, pc = ended
    begun = begin_emergency(premises, pc.opened, RHONA.user, WHY)
    pc.opened.close()
    again = desk.premises()
    again.keys.unlock(RHONA.user, SECRET)
    pc = open_pc(again)
    again.keys.set_pin(RHONA.user, "284915")
    again.keys.unlock_with_pin(RHONA.user, "284915")
    assert admitted_here(again, pc.opened, RHONA.user) == begun


@pytest.mark.parametrize("back_hours", [0, 24 * 30])
def test_twelve_hours_are_twelve_hours_also_on_a_clock_that_is_set_back(desk, ended, back_hours):
    premises, pc = ended
    begin_emergency(premises, pc.opened, RHONA.user, WHY)
    desk.clock.wall_ms -= back_hours * 3_600_000
    desk.clock.let_pass(minutes=12 * HOUR - 1)
    premises.keys.unlock(RHONA.user, SECRET)
    assert admitted_here(premises, pc.opened, RHONA.user).actor.emergency
    desk.clock.let_pass(minutes=1)
    with pytest.raises(LeaseEnded):
        premises.keys.unlock(RHONA.user, SECRET)


def test_after_its_end_another_one_needs_a_reason_of_its_own(desk, ended):
    premises, pc = ended
    begin_emergency(premises, pc.opened, RHONA.user, WHY)
    desk.clock.let_pass(minutes=13 * HOUR)
    premises.keys.unlock_to_renew(RHONA.user, SECRET)
    with pytest.raises(LeaseEnded):
        admitted_here(premises, pc.opened, RHONA.user)
    begin_emergency(premises, pc.opened, RHONA.user, "Still down, one in withdrawal")
    assert [one.reason for one in events(pc)] == [WHY, "Still down, one in withdrawal"]
    assert admitted_here(premises, pc.opened, RHONA.user).actor.emergency == events(pc)[1].id


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("", ReasonMissingError),
        ("   needed   ", ReasonMissingError),
        ("x" * (MOST_REASON + 1), ReasonTooLongError),
    ],
)
def test_a_reason_that_says_nothing_or_would_be_cut_begins_nothing(ended, reason, error):
    premises, pc = ended
    with pytest.raises(error):
        begin_emergency(premises, pc.opened, RHONA.user, reason)
    assert (events(pc), emergency_of(pc.opened, RHONA.user)) == ([], None)


def altered(pc, _desk):
    put_lease(pc, lambda lease: msgspec.structs.replace(lease, not_after_ms=2**50))


def of_another_role(pc, _desk):
    put_lease(pc, lambda lease: msgspec.structs.replace(lease, role="doctor"))


def by_a_stranger(pc, _desk):
    put_lease(
        pc,
        lambda lease: msgspec.structs.replace(lease, signed_by="0" * 64),
        Ed25519PrivateKey.generate(),
    )


def of_another_pc(pc, desk):
    put_lease(pc, lambda lease: msgspec.structs.replace(lease, device="other"), desk.server.key)


def of_somebody_else(pc, desk):
    put_lease(pc, lambda lease: msgspec.structs.replace(lease, user=LENA.user), desk.server.key)


def without_records(pc, desk):
    put_lease(
        pc, lambda lease: msgspec.structs.replace(lease, role="administrator"), desk.server.key
    )


def closed(pc, _desk):
    heard = Heard(cred_gen=2, is_open=False, issued_ms=2**50)
    put_setting(pc, roll_setting(RHONA.user), msgspec.json.encode(heard).decode())


def replaced(pc, _desk):
    heard = Heard(cred_gen=2, is_open=True, issued_ms=2**50)
    put_setting(pc, roll_setting(RHONA.user), msgspec.json.encode(heard).decode())


def to_be_wiped(pc, _desk):
    put_setting(pc, WIPE_SETTING, "order")


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (altered, LeaseAltered),
        (of_another_role, LeaseAltered),
        (by_a_stranger, LeaseWrongKey),
        (of_another_pc, LeaseOfAnotherPc),
        (of_somebody_else, LeaseOfAnotherPerson),
        (without_records, NoRecordsError),
        (closed, AccountClosedError),
        (replaced, PasswordReplacedError),
        (to_be_wiped, WipeOrderedError),
    ],
)
def test_nothing_but_the_end_of_the_lease_is_waived(desk, ended, spoil, error):
    premises, pc = ended
    spoil(pc, desk)
    with pytest.raises(error):
        begin_emergency(premises, pc.opened, RHONA.user, WHY)
    assert (events(pc), emergency_of(pc.opened, RHONA.user)) == ([], None)
    assert premises.keys.known()[0].asks == "online"


@pytest.mark.parametrize(
    ("spoil", "error"), [(altered, LeaseAltered), (closed, AccountClosedError)]
)
def test_nor_while_it_runs(desk, ended, spoil, error):
    premises, pc = ended
    begin_emergency(premises, pc.opened, RHONA.user, WHY)
    spoil(pc, desk)
    with pytest.raises(error):
        admitted_here(premises, pc.opened, RHONA.user)


def test_somebody_whom_this_pc_keeps_no_lease_of_begins_nothing(ended):
    premises, pc = ended
    with pytest.raises(LeaseMissingError):
        begin_emergency(premises, pc.opened, LENA.user, WHY)


def test_under_a_lease_that_runs_nothing_is_begun(desk):
    enrolled(desk)
    premises, pc = opened_by_password(desk)
    assert begin_emergency(premises, pc.opened, RHONA.user, WHY).actor == RHONA
    assert (events(pc), emergency_of(pc.opened, RHONA.user)) == ([], None)


def test_a_lease_that_the_server_gave_since_is_no_emergency(desk, ended):
    premises, pc = ended
    begun = begin_emergency(premises, pc.opened, RHONA.user, WHY)
    desk.server.is_cut = False
    desk.server.next_lease = "0192d3a4-0000-7000-8000-0000000000ff"
    ended_by = end_emergency(premises, pc, SECRET, begun)
    assert (ended_by.actor.emergency, ended_by.actor.lease_id) == ("", desk.server.next_lease)
    assert admitted_here(premises, pc.opened, RHONA.user) == ended_by
    assert premises.keys.known()[0].not_after_ms == desk.clock.now_ms() + WEEK_MS


def test_without_the_server_it_goes_on_and_a_refusal_is_one(desk, ended):
    premises, pc = ended
    begun = begin_emergency(premises, pc.opened, RHONA.user, WHY)
    assert end_emergency(premises, pc, SECRET, begun) == begun
    desk.server.is_cut = False
    desk.server.passwords["rokafor"] = "another one since"
    with pytest.raises(SignInError):
        end_emergency(premises, pc, SECRET, begun)


def test_the_server_is_asked_first_and_its_no_is_none_of_the_network(desk, ended):
    premises, pc = ended
    with pytest.raises(OfflineError):
        ask_to_go_on(premises, pc, RHONA.user, SECRET)
    desk.server.is_cut = False
    desk.server.accounts[RHONA.user] = (2, False)
    with pytest.raises(SignInError):
        ask_to_go_on(premises, pc, RHONA.user, SECRET, WHY)
    assert events(pc) == []
    del desk.server.accounts[RHONA.user]
    assert ask_to_go_on(premises, pc, RHONA.user, SECRET, WHY).actor == RHONA
    assert events(pc) == []


def test_a_wrong_password_never_gets_so_far(desk, ended):
    premises, _ = ended
    with pytest.raises(WrongPassword):
        premises.keys.unlock_to_renew(RHONA.user, "not hers at all")


def test_what_is_recorded_meanwhile_names_the_line_that_began_it(ended):
    premises, pc = ended
    admitted = begin_emergency(premises, pc.opened, RHONA.user, WHY)
    [event] = events(pc)
    batch = pc.opened.sync.outgoing(10, 1_000_000)
    header = header_of(batch.operations[-1])
    assert (header.entity, header.kind, header.intent) == (
        event.id,
        "AccessEvent",
        "emergency_access",
    )
    assert (header.emergency, header.lease_id) == (event.id, RHONA.lease_id)
    assert admitted.actor.lease_id == RHONA.lease_id


def test_a_clock_that_is_set_back_makes_no_lease_run_again(desk, ended):
    premises, pc = ended
    desk.clock.wall_ms -= 30 * 24 * 3_600_000
    assert begin_emergency(premises, pc.opened, RHONA.user, WHY).actor.emergency == events(pc)[0].id


class PowerCutError(BaseException):
    """The machine dies here."""


def dies(*_anything, **_more):
    raise PowerCutError


def test_a_power_cut_before_the_line_is_written_begins_nothing(desk, ended, monkeypatch):
    premises, pc = ended
    with monkeypatch.context() as patched:
        patched.setattr(type(pc.opened.store), "write", dies)
        with pytest.raises(PowerCutError):
            begin_emergency(premises, pc.opened, RHONA.user, WHY)
    pc.opened.close()
    _, again = opened_by_password(desk)
    assert (events(again), emergency_of(again.opened, RHONA.user)) == ([], None)


def test_a_power_cut_before_the_key_is_lengthened_lets_nobody_in_and_the_line_stays(
    desk, ended, monkeypatch
):
    premises, pc = ended
    with monkeypatch.context() as patched:
        patched.setattr(type(premises.keys), "renew", dies)
        with pytest.raises(PowerCutError):
            begin_emergency(premises, pc.opened, RHONA.user, WHY)
    pc.opened.close()
    again = desk.premises()
    assert again.keys.known()[0].asks == "online"
    with pytest.raises(LeaseEnded):
        again.keys.unlock(RHONA.user, SECRET)
    premises, pc = opened_by_password(desk)
    begin_emergency(premises, pc.opened, RHONA.user, "Asked once more after the power cut")
    assert [one.reason for one in events(pc)] == [WHY, "Asked once more after the power cut"]
