from __future__ import annotations

import msgspec
import pytest

from sonar_core.sync.lease import Lease
from sonar_core.sync.messages import PROTOCOL, SignIn
from sonar_core.sync.roll import MOST_ASKED, AskRoll, OnRoll, opened
from sonar_desktop.vault.device_identity import verify
from sonar_server import accounts, passwords
from sonar_server.administration import AdministrationError
from sonar_server.errors import RefusedError
from sonar_server.gate import Gate
from sonar_server.operators import Word
from sonar_server.store import incidents
from tests.postgres import PASSWORD
from tests.server.pc import new_id
from tests.server.test_gate import device

__all__ = ["device"]

WORD = Word("A. Reid", "left the service")
ANOTHER = "saddle mirror quartz"


def told(central, device, *users):
    signed = accounts.signed_roll(central, AskRoll(protocol=PROTOCOL, users=users), device)
    public = central.organisation.lease_public
    return opened(
        signed,
        verify=lambda message, signature: verify(public, message, signature),
        device=device.id,
    )


def lease(central, device, person, password):
    asked = SignIn(protocol=PROTOCOL, username=person.username, password=password)
    return msgspec.json.decode(Gate(central).sign_in(asked, device).lease, type=Lease)


def test_a_closed_account_signs_in_nowhere_and_each_pc_is_told(central, device, person):
    before = told(central, device, person.user)
    assert before.people == (OnRoll(user=person.user, cred_gen=1, is_open=True),)
    accounts.close(central, person.username.upper(), WORD)
    with pytest.raises(RefusedError, match="name or the password"):
        lease(central, device, person, PASSWORD)
    after = told(central, device, person.user)
    assert after.people == (OnRoll(user=person.user, cred_gen=2, is_open=False),)
    assert after.issued_ms >= before.issued_ms


def test_another_password_is_the_next_generation_and_ends_the_former(central, device, person):
    assert lease(central, device, person, PASSWORD).cred_gen == 1
    accounts.replace_password(central, person.username, ANOTHER, WORD)
    with pytest.raises(RefusedError, match="name or the password"):
        lease(central, device, person, PASSWORD)
    assert lease(central, device, person, ANOTHER).cred_gen == 2
    assert told(central, device, person.user).people == (
        OnRoll(user=person.user, cred_gen=2, is_open=True),
    )


def test_who_said_so_is_kept_and_no_password(central, person):
    accounts.replace_password(central, person.username, ANOTHER, WORD)
    accounts.close(central, person.username, WORD)
    kept = [one for one in central.database.run(incidents.incidents) if person.user in one.detail]
    assert [one.kind for one in kept] == ["password_replaced", "account_closed"]
    assert all("A. Reid says: left the service" in one.detail for one in kept)
    assert not any(ANOTHER in one.detail for one in kept)


def test_what_cannot_be_done_is_said(central, person):
    with pytest.raises(AdministrationError, match="at least 12"):
        accounts.replace_password(central, person.username, "short", WORD)
    with pytest.raises(AdministrationError, match="at most 256"):
        accounts.replace_password(central, person.username, "x" * 257, WORD)
    with pytest.raises(AdministrationError, match="no account"):
        accounts.close(central, "nobody", WORD)
    accounts.close(central, person.username, WORD)
    with pytest.raises(AdministrationError, match="closed already"):
        accounts.close(central, person.username, WORD)
    with pytest.raises(AdministrationError, match="closed already"):
        accounts.replace_password(central, person.username, ANOTHER, WORD)


def test_of_a_stranger_nothing_is_said_and_of_too_many_nothing_at_all(central, device, person):
    assert told(central, device, new_id(), person.user).people[0].user == person.user
    assert told(central, device).people == ()
    with pytest.raises(RefusedError, match="no person's id"):
        told(central, device, "nobody")
    with pytest.raises(RefusedError, match="at most 500"):
        told(central, device, *[person.user] * (MOST_ASKED + 1))


def test_the_password_kept_is_the_new_one_stretched(central, person):
    accounts.replace_password(central, person.username, ANOTHER, WORD)
    with central.database._engine.connect() as connection:
        stored = connection.exec_driver_sql(
            "SELECT password_hash FROM person WHERE username = %s", (person.username,)
        ).scalar_one()
    assert passwords.is_right(ANOTHER, stored)
