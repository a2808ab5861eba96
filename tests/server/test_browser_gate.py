"""Sign-in by the provider and the tokens that renew a lease, over a real database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from sonar_core.ids import to_bytes
from sonar_core.sync.browser_sign_in import AskIssuer, BrowserSignedIn, BrowserSignIn, RenewSession
from sonar_core.sync.messages import PROTOCOL
from sonar_server import administration
from sonar_server.administration import AdministrationError
from sonar_server.browser_gate import AT_ONCE, SESSION_MS, TOKEN_MS, BrowserGate
from sonar_server.central import Central, wall_clock_ms
from sonar_server.errors import RefusedError
from sonar_server.gate import Gate
from sonar_server.issuer import Issuer
from sonar_server.provider import Provider
from sonar_server.store import incidents, people, places
from sonar_server.store.people import Person
from sonar_server.store.places import Device
from tests.server.identity_provider import issuer_at
from tests.server.pc import Pc, new_id

ASKED = BrowserSignIn(protocol=PROTOCOL, code="c", verifier="v", nonce="n", redirect="r")
ADDRESS = "https://id.example"


class Confirming(Provider):
    """A provider that has confirmed these claims; its checks have tests of their own."""

    def __init__(self, issuer: Issuer, said: dict[str, Any]) -> None:
        super().__init__(issuer)
        self.said = said

    def claims(self, asked: BrowserSignIn) -> dict[str, Any]:
        return self.said


class Clock:
    def __init__(self) -> None:
        self.ms = wall_clock_ms()

    def __call__(self) -> int:
        return self.ms


class Scene:
    """A server whose person is linked, its clock, and the PC's device."""

    def __init__(self, central: Central, person: Person, device: Device) -> None:
        self.clock = Clock()
        self.central = replace(central, now_ms=self.clock)
        self.person, self.device = person, device
        self.subject = f"subject-{person.user}"
        administration.link_person(central, person.username, ADDRESS, self.subject)

    def gate(self, issuer: Issuer | None = None, **said: Any) -> BrowserGate:
        provider = Confirming(issuer or issuer_at(ADDRESS), {"sub": self.subject, **said})
        return BrowserGate(self.central, Gate(self.central), provider)

    def renewed(self, token: str, device: Device | None = None) -> BrowserSignedIn:
        asked = RenewSession(protocol=PROTOCOL, token=token)
        return self.gate().renew(asked, device or self.device)

    def ended(self, token: str, device: Device | None = None) -> bool:
        with suppress(RefusedError):
            self.renewed(token, device)
            return False
        with pytest.raises(RefusedError, match="the session is over") as refused:
            self.renewed(token, device)
        return (refused.value.status, refused.value.code) == (401, "session_ended")


def device_of(central: Central, pc: Pc) -> Device:
    device = central.database.run(lambda t: places.find_device(t, to_bytes(pc.enrolled.device)))
    assert device is not None
    return device


@pytest.fixture
def scene(central: Central, person: Person, pc: Pc) -> Scene:
    return Scene(central, person, device_of(central, pc))


@pytest.fixture
def other_device(central: Central, new_pc: Callable[[], Pc]) -> Device:
    return device_of(central, new_pc())


def copies_told(central: Central) -> list[str]:
    told = central.database.run(incidents.incidents)
    return [one.detail for one in told if one.kind == "session_copied"]


def test_somebody_whom_the_provider_confirms_is_lent_the_pc(scene):
    lent = scene.gate().sign_in(ASKED, scene.device)
    assert scene.person.user.encode() in lent.lease
    assert scene.device.id.encode() in lent.lease
    assert lent.ends_ms == scene.clock.ms + TOKEN_MS


def test_somebody_without_an_account_is_told_so(scene):
    for said in ({"sub": "stranger"}, {"sub": ["a", "list"]}):
        with pytest.raises(RefusedError, match="no account here") as refused:
            scene.gate(**said).sign_in(ASKED, scene.device)
        assert refused.value.code == "not_linked"


def test_a_closed_account_stays_closed_whatever_the_provider_says(scene):
    token = scene.gate().sign_in(ASKED, scene.device).token
    organisation = to_bytes(scene.central.organisation.id)
    scene.central.database.run(lambda t: people.deactivate(t, organisation, scene.person.username))
    with pytest.raises(RefusedError, match="no account here"):
        scene.gate().sign_in(ASKED, scene.device)
    assert scene.ended(token)


def test_the_provider_can_take_a_role_away_and_give_none(scene):
    asks = issuer_at(ADDRESS, role_claim="groups", roles={"n": "nurse", "d": "doctor"})
    assert scene.gate(asks, groups=["n"]).sign_in(ASKED, scene.device)
    for groups in (["d"], []):
        with pytest.raises(RefusedError, match="does not confirm the role"):
            scene.gate(asks, groups=groups).sign_in(ASKED, scene.device)


def test_a_person_is_known_by_the_claim_that_is_set(scene):
    by_oid = issuer_at(ADDRESS, person_claim="oid")
    assert scene.gate(by_oid, sub="pairwise", oid=scene.subject).sign_in(ASKED, scene.device)
    with pytest.raises(RefusedError, match="no account here"):
        scene.gate(by_oid).sign_in(ASKED, scene.device)


def test_the_same_name_at_another_provider_is_somebody_else(scene):
    other = issuer_at("https://other.example")
    with pytest.raises(RefusedError, match="no account here"):
        scene.gate(other).sign_in(ASKED, scene.device)


def test_a_token_gives_a_lease_and_the_next_token(scene):
    first = scene.gate().sign_in(ASKED, scene.device)
    second = scene.renewed(first.token)
    third = scene.renewed(second.token)
    assert len({first.token, second.token, third.token}) == 3
    assert scene.person.user.encode() in third.lease
    assert not [one for one in copies_told(scene.central) if scene.device.id in one]


def test_a_token_that_comes_twice_ends_the_whole_session_and_is_told(scene):
    first = scene.gate().sign_in(ASKED, scene.device)
    second = scene.renewed(first.token)
    assert scene.ended(first.token)
    assert scene.ended(second.token)
    (told,) = [one for one in copies_told(scene.central) if scene.device.id in one]
    assert first.token not in told
    assert scene.person.user in told


def test_a_token_on_another_pc_ends_the_session(scene, other_device):
    token = scene.gate().sign_in(ASKED, scene.device).token
    assert scene.ended(token, other_device)
    assert scene.ended(token)
    assert any(other_device.id in one for one in copies_told(scene.central))


def test_one_copied_session_ends_no_other(scene):
    first = scene.gate().sign_in(ASKED, scene.device)
    other = scene.gate().sign_in(ASKED, scene.device)
    scene.renewed(first.token)
    assert scene.ended(first.token)
    assert scene.renewed(other.token)


def test_a_token_serves_for_half_an_hour(scene):
    token = scene.gate().sign_in(ASKED, scene.device).token
    scene.clock.ms += TOKEN_MS
    assert scene.ended(token)


def test_a_session_ends_after_twelve_hours_however_often_it_was_renewed(scene):
    began = scene.clock.ms
    held = scene.gate().sign_in(ASKED, scene.device)
    while scene.clock.ms < began + SESSION_MS - TOKEN_MS:
        scene.clock.ms += TOKEN_MS - 1
        held = scene.renewed(held.token)
    assert held.ends_ms <= began + SESSION_MS
    scene.clock.ms = began + SESSION_MS
    assert scene.ended(held.token)


def test_a_token_that_was_never_given_ends_nothing(scene):
    held = scene.gate().sign_in(ASKED, scene.device)
    assert scene.ended("invented")
    assert scene.renewed(held.token)


def test_where_no_provider_is_set_people_are_told_to_use_their_password(scene):
    gate = BrowserGate(scene.central, Gate(scene.central), None)
    for ask in (
        lambda: gate.sheet(AskIssuer(protocol=PROTOCOL)),
        lambda: gate.sign_in(ASKED, scene.device),
    ):
        with pytest.raises(RefusedError, match="name and password") as refused:
            ask()
        assert (refused.value.status, refused.value.code) == (404, "no_issuer")


def test_who_tries_too_often_waits(scene):
    gate = scene.gate(sub="stranger")
    for _ in range(20):
        with pytest.raises(RefusedError, match="no account here"):
            gate.sign_in(ASKED, scene.device)
    with pytest.raises(RefusedError, match="wait a minute"):
        gate.sign_in(ASKED, scene.device)


def test_a_provider_that_hangs_holds_up_four_requests_and_no_more(scene):
    class Hanging(Confirming):
        """Somebody else signs in for as long as it does not answer."""

        waiting = 0

        def claims(self, asked: BrowserSignIn) -> dict[str, Any]:
            self.waiting += 1
            gate.sign_in(asked, scene.device)
            raise AssertionError("nobody was turned away")

    provider = Hanging(issuer_at(ADDRESS), {})
    gate = BrowserGate(scene.central, Gate(scene.central), provider)
    for _ in range(2):
        provider.waiting = 0
        with pytest.raises(RefusedError, match="too many sign-ins wait") as refused:
            gate.sign_in(ASKED, scene.device)
        assert (refused.value.status, refused.value.code) == (503, "busy")
        assert provider.waiting == AT_ONCE


def test_one_person_of_the_provider_has_one_account(scene, central):
    with pytest.raises(AdministrationError, match="there is no account"):
        administration.link_person(central, "nobody", ADDRESS, new_id())
    other = replace(scene.person, user=new_id(), username=f"other-{new_id()}")
    organisation = to_bytes(central.organisation.id)
    central.database.run(lambda t: people.add_person(t, organisation, other))
    with pytest.raises(AdministrationError, match="already"):
        administration.link_person(central, other.username, ADDRESS, scene.subject)
    administration.link_person(central, scene.person.username, ADDRESS, scene.subject)
