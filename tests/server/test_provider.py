"""The provider over the network: a real one on loopback, and one that misbehaves."""

from __future__ import annotations

import json
from collections.abc import Iterator

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sonar_core.sync.browser_sign_in import Attempt, BrowserSignIn, begun, code_in
from sonar_core.sync.messages import PROTOCOL
from sonar_server.errors import RefusedError
from sonar_server.issuer import Issuer
from sonar_server.provider import AGAIN_SECONDS, Provider
from tests.server.identity_provider import identity_provider, issuer_at, signed_in
from tests.server.test_id_tokens import NONCE, token
from tests.sync.raw_server import RawServer, http

ATTEMPT = begun(bytes(range(96)), 50123, 0)
ASKED = BrowserSignIn(
    protocol=PROTOCOL, code="c", verifier="v", nonce=NONCE, redirect=ATTEMPT.redirect
)


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Iterator[Issuer]:
    secret = tmp_path_factory.mktemp("provider") / "secret"
    secret.write_text("s3cret-of-the-client")
    with identity_provider() as address:
        yield issuer_at(address, secret_file=str(secret))


def brought_back(provider: Provider, attempt: Attempt, subject: str) -> BrowserSignIn:
    code = code_in(signed_in(provider.sheet(), attempt, subject), attempt)
    return BrowserSignIn(
        protocol=PROTOCOL,
        code=code,
        verifier=attempt.verifier,
        nonce=attempt.nonce,
        redirect=attempt.redirect,
    )


def test_a_code_of_a_real_provider_says_who_signed_in_and_serves_once(real):
    provider = Provider(real)
    asked = brought_back(provider, ATTEMPT, "person-1")
    assert provider.claims(asked)["sub"] == "person-1"
    with pytest.raises(RefusedError, match="it was used or is over"):
        provider.claims(asked)


def test_a_code_of_another_attempt_is_refused_by_its_nonce(real):
    provider = Provider(real)
    asked = brought_back(provider, begun(bytes(reversed(range(96))), 50123, 0), "person-1")
    stolen = BrowserSignIn(
        protocol=PROTOCOL,
        code=asked.code,
        verifier=asked.verifier,
        nonce=ATTEMPT.nonce,
        redirect=asked.redirect,
    )
    with pytest.raises(RefusedError, match="another attempt"):
        provider.claims(stolen)


def test_a_code_given_to_another_program_is_refused(real):
    other = Provider(msgspec.structs.replace(real, client="another"))
    ours = Provider(real)
    with pytest.raises(RefusedError, match="it was used or is over"):
        ours.claims(brought_back(other, ATTEMPT, "person-1"))


class Misbehaving:
    """A provider whose every answer can be set; counts the looks at its keys."""

    def __init__(self) -> None:
        self.server = RawServer(self._answer)
        self.address = self.server.address
        self.described = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorise",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
        }
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.key_id = "k1"
        self.looks = 0
        self.raw: bytes | None = None

    def _answer(self, request: bytes) -> bytes:
        if self.raw is not None:
            return self.raw
        path = request.split(b" ")[1].decode()
        if path == "/token":
            made = token(self.key, iss=self.address)
            head = jwt.get_unverified_header(made)
            assert head["kid"] == "k1"
            if self.key_id != "k1":
                claims = jwt.decode(made, options={"verify_signature": False})
                made = jwt.encode(claims, self.key, "ES256", headers={"kid": self.key_id})
            said: object = {"id_token": made}
        elif path == "/keys":
            self.looks += 1
            jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
            said = {"keys": [{**jwk, "kid": self.key_id, "alg": "ES256"}]}
        else:
            said = self.described
        return http(json.dumps(said).encode(), kind="application/json")


@pytest.fixture
def misbehaving() -> Iterator[Misbehaving]:
    provider = Misbehaving()
    yield provider
    provider.server.close()


def test_a_key_that_was_changed_is_found_but_not_looked_for_at_every_request(misbehaving):
    now = [0.0]
    provider = Provider(issuer_at(misbehaving.address), clock=lambda: now[0])
    assert provider.claims(ASKED)["sub"] == "person-1"
    assert provider.claims(ASKED)["sub"] == "person-1"
    assert misbehaving.looks == 1
    misbehaving.key, misbehaving.key_id = ec.generate_private_key(ec.SECP256R1()), "k2"
    for _ in range(3):
        with pytest.raises(RefusedError, match="a key that the provider does not show"):
            provider.claims(ASKED)
    assert misbehaving.looks == 1
    now[0] = AGAIN_SECONDS
    assert provider.claims(ASKED)["sub"] == "person-1"
    assert misbehaving.looks == 2


def test_a_provider_that_is_down_is_said_to_be(misbehaving):
    misbehaving.server.close()
    with pytest.raises(RefusedError, match="does not answer") as refused:
        Provider(issuer_at(misbehaving.address)).sheet()
    assert (refused.value.status, refused.value.code) == (424, "issuer_away")
    misbehaving.server = RawServer(lambda _: b"")


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("issuer", "https://evil.example"),
        ("token_endpoint", "http://id.example/token"),
        ("jwks_uri", "file:///etc/passwd"),
    ],
)
def test_a_provider_that_describes_itself_as_another_is_not_used(misbehaving, change, value):
    misbehaving.described[change] = value
    with pytest.raises(RefusedError, match="describes itself as another, or without TLS"):
        Provider(issuer_at(misbehaving.address)).sheet()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n", "answers 302"),
        (http(b"<html>", kind="text/html"), "cannot be read"),
        (http(b"{}", kind="application/json"), "cannot be read"),
        (http(b'{"x":' + b"[" * 20_000, kind="application/json"), "cannot be read"),
        (http(b" " * 300_000, kind="application/json"), "larger than 256 KiB"),
        (b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n", "answers 500"),
    ],
)
def test_an_answer_that_is_none_is_not_believed(misbehaving, raw, words):
    misbehaving.raw = raw
    with pytest.raises(RefusedError, match=words):
        Provider(issuer_at(misbehaving.address)).sheet()


def test_the_clients_secret_is_sent_from_its_file(misbehaving, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("s3cret-of-the-client\n")
    provider = Provider(issuer_at(misbehaving.address, secret_file=str(secret)))
    provider.claims(ASKED)
    (sent,) = (one for one in misbehaving.server.requests if one.startswith(b"POST"))
    assert b"client_secret=s3cret-of-the-client" in sent
    assert b"code_verifier=v" in sent
