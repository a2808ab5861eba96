from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sonar_core.ids import to_bytes
from sonar_core.moments import MINUTE_MS
from sonar_core.records.kinds import ScopeKind
from sonar_core.sync import versions
from sonar_core.sync.lease import Lease
from sonar_core.sync.messages import PROTOCOL, SignIn, request_bytes
from sonar_core.sync.versions import Spoken
from sonar_server import administration
from sonar_server.errors import RefusedError
from sonar_server.gate import LEASE_MS, Gate, Turnstile, code_hash
from sonar_server.store import people, places
from tests.postgres import PASSWORD
from tests.server.pc import enrolment

BODY = b"body"
NONCE = "0123456789abcdef"


@pytest.fixture
def gate(central) -> Gate:
    return Gate(central)


@pytest.fixture
def device(central, pc):
    found = central.database.run(
        lambda transaction: places.find_device(transaction, to_bytes(pc.enrolled.device))
    )
    assert found is not None
    return found


def refused(call, *arguments) -> tuple[int, str]:
    with pytest.raises(RefusedError) as caught:
        call(*arguments)
    return caught.value.status, caught.value.code


def authorisation(pc, ms: int, nonce: str = NONCE) -> str:
    signature = pc.key.sign(request_bytes("POST", "/path", BODY, ms, nonce)).hex()
    return f"Sonar-Device device={pc.enrolled.device},ms={ms},nonce={nonce},sig={signature}"


def test_a_signed_request_names_its_device(gate, pc, central):
    header = authorisation(pc, central.now_ms())
    assert gate.device(header, "POST", "/path", BODY).id == pc.enrolled.device


@pytest.mark.parametrize(("method", "path"), [("GET", "/path"), ("POST", "/other")])
def test_a_signature_is_for_one_method_and_path(gate, pc, central, method, path):
    header = authorisation(pc, central.now_ms())
    assert refused(gate.device, header, method, path, BODY) == (401, "bad_signature")


@pytest.mark.parametrize("header", [None, "", "Bearer x", "Sonar-Device device=x"])
def test_a_request_without_a_signature_has_no_device(gate, header):
    assert refused(gate.device, header, "POST", "/path", BODY) == (401, "unknown_device")


def test_an_id_that_is_none_is_no_device(gate, pc, central):
    header = authorisation(pc, central.now_ms()).replace(pc.enrolled.device, "-" * 36)
    assert refused(gate.device, header, "POST", "/path", BODY) == (401, "unknown_device")


def test_a_nonce_counts_once_also_after_a_restart(central, pc):
    header = authorisation(pc, central.now_ms())
    Gate(central).device(header, "POST", "/path", BODY)
    assert refused(Gate(central).device, header, "POST", "/path", BODY) == (401, "replayed")


def test_a_nonce_of_half_bytes_is_refused(gate, pc, central):
    header = authorisation(pc, central.now_ms(), NONCE + "0")
    assert refused(gate.device, header, "POST", "/path", BODY) == (401, "replayed")


def test_a_code_serves_once(gate, central, site):
    code = administration.new_device_code(central, site)
    enrolled = gate.enrol(enrolment(code, Ed25519PrivateKey.generate()))
    assert enrolled.site == site.id
    assert enrolled.scopes == (
        f"{central.organisation.id}/{ScopeKind.REFERENCE.value}",
        f"{site.id}/{ScopeKind.CLINICAL.value}",
        f"{site.id}/{ScopeKind.MEDICINES.value}",
    )
    assert enrolled.lease_public == central.keys.lease_public
    again = enrolment(code, Ed25519PrivateKey.generate())
    assert refused(gate.enrol, again) == (410, "enrolment_code")


def test_a_code_may_be_typed_in_any_shape():
    assert code_hash("abcd-efgh") == code_hash(" ABCD EFGH ") == code_hash("ABCDEFGH")
    assert code_hash("ABCD") != code_hash("ABCE")


def test_a_code_runs_out_after_fifteen_minutes(central, site):
    code = administration.new_device_code(central, site)
    late = replace(central, now_ms=lambda: central.now_ms() + 15 * MINUTE_MS)
    request = enrolment(code, Ed25519PrivateKey.generate())
    assert refused(Gate(late).enrol, request) == (410, "enrolment_code")


def test_an_unknown_code_is_refused(gate):
    request = enrolment("AAAA-BBBB", Ed25519PrivateKey.generate())
    assert refused(gate.enrol, request) == (404, "enrolment_code")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"proof": bytes(64)}, (401, "bad_signature")),
        ({"seal_public": b"short"}, (400, "bad_request")),
        ({"name": ""}, (400, "bad_request")),
        ({"protocol": 0}, (426, "protocol_too_old")),
        ({"protocol": 2}, (426, "protocol_too_new")),
    ],
)
def test_an_enrolment_that_proves_nothing_leaves_the_code_unused(
    gate, central, site, changed, said
):
    code = administration.new_device_code(central, site)
    request = enrolment(code, Ed25519PrivateKey.generate())
    assert refused(gate.enrol, msgspec.structs.replace(request, **changed)) == said
    assert gate.enrol(request).site == site.id


def sign_in(username: str, password: str = PASSWORD) -> SignIn:
    return SignIn(protocol=PROTOCOL, username=username, password=password)


def test_a_lease_names_the_person_the_pc_and_seven_days(gate, device, person, central):
    lease = msgspec.json.decode(gate.sign_in(sign_in(person.username), device).lease, type=Lease)
    assert (lease.user, lease.device, lease.role) == (person.user, device.id, "nurse")
    assert (lease.sites, lease.cred_gen) == (person.sites, 1)
    assert lease.not_after_ms - lease.issued_ms == LEASE_MS
    known = central.database.run(
        lambda transaction: people.known(
            transaction,
            to_bytes(central.organisation.id),
            users=[person.user],
            leases=[lease.lease_id],
        )
    )
    assert known.leases[lease.lease_id].not_after_ms == lease.not_after_ms


def test_a_username_may_be_typed_in_any_case(gate, device, person):
    assert gate.sign_in(sign_in(f" {person.username.upper()} "), device).signature


def test_a_wrong_password_and_an_unknown_name_are_not_told_apart(gate, device, person):
    wrong = refused(gate.sign_in, sign_in(person.username, "wrong password"), device)
    assert wrong == refused(gate.sign_in, sign_in("nobody"), device) == (401, "sign_in")


def test_a_closed_account_gets_no_lease(gate, device, person, central):
    organisation = to_bytes(central.organisation.id)
    central.database.run(
        lambda transaction: people.deactivate(transaction, organisation, person.username)
    )
    assert refused(gate.sign_in, sign_in(person.username), device) == (401, "sign_in")


def test_the_sixth_try_in_a_minute_is_not_tested(gate, device, person):
    for _ in range(5):
        refused(gate.sign_in, sign_in(person.username, "wrong password"), device)
    assert refused(gate.sign_in, sign_in(person.username), device) == (429, "too_many")


def test_a_turnstile_opens_again_after_a_minute():
    turnstile = Turnstile()
    turnstile.pass_through("a", 2, 0)
    turnstile.pass_through("a", 2, 1)
    assert refused(turnstile.pass_through, "a", 2, MINUTE_MS - 1) == (429, "too_many")
    turnstile.pass_through("b", 2, MINUTE_MS - 1)
    turnstile.pass_through("a", 2, MINUTE_MS)
    assert refused(turnstile.pass_through, "a", 2, MINUTE_MS) == (429, "too_many")


def test_people_go_on_signing_in_on_a_pc_that_is_too_old_to_fetch(
    gate, device, person, monkeypatch
):
    monkeypatch.setattr(versions, "SPOKEN", Spoken(oldest=2, newest=4, oldest_push=1))
    assert gate.sign_in(sign_in(person.username), device).lease
