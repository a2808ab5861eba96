from __future__ import annotations

import pytest

from sonar_desktop.sync.errors import CodeError, OfflineError
from sonar_desktop.usecases.enrol_device import ask_for_place, make_store, pc_record
from sonar_desktop.usecases.identity_ports import Member
from sonar_desktop.vault.errors import AlreadyEnrolled
from tests.ui.conftest import DEVICE, RHONA, HandClock
from tests.ui.front_desk import CODE, PASSWORDS, SERVER, FrontDesk, Server

MEMBER = Member(user=RHONA.user, name=RHONA.name, initials=RHONA.initials, role=RHONA.role)


@pytest.fixture
def desk(tmp_path):
    clock = HandClock()
    made = FrontDesk(folder=tmp_path, clock=clock, server=Server(clock=clock))
    yield made
    for opened in made.opened:
        opened.close()


def asked(premises, code: str = CODE):
    identity = premises.new_identity()
    return identity, ask_for_place(premises, identity, server=SERVER, code=code, name="NF-MED-01")


def test_the_server_s_answer_and_the_pc_s_own_keys_are_in_the_store(desk):
    premises = desk.premises()
    identity, enrolled = asked(premises, f"  {CODE} ")
    opened = make_store(premises, identity, enrolled)
    assert opened.pc() == pc_record(identity, enrolled)
    assert opened.pc().device == DEVICE
    kept = premises.load_identity(opened.pc().identity)
    assert kept.public.fingerprint == identity.public.fingerprint
    assert identity.stored().hex() not in repr(opened.pc())


def test_a_wrong_code_and_a_cut_network_leave_nothing(desk):
    premises = desk.premises()
    with pytest.raises(CodeError):
        asked(premises, "WRONG")
    desk.server.is_cut = True
    with pytest.raises(OfflineError):
        asked(premises)
    assert list((desk.folder / "data").iterdir()) == []


def test_a_pc_in_use_is_never_enrolled_over(desk):
    premises = desk.premises()
    identity, enrolled = asked(premises)
    opened = make_store(premises, identity, enrolled)
    premises.keys.admit(MEMBER, PASSWORDS["rokafor"], gen=1, not_after_ms=2**50)
    opened.close()
    again = desk.premises()
    with pytest.raises(AlreadyEnrolled):
        make_store(again, *asked(again))
    assert not (desk.folder / "data" / "client.unfinished-1.db").exists()
