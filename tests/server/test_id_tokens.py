"""Each way in which a provider's word can be wrong has its own sentence."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sonar_server.errors import RefusedError
from sonar_server.id_tokens import MOST_BYTES, claims_of, key_id
from tests.server.identity_provider import issuer_at

ISSUER = issuer_at("https://id.example")
PRIVATE = ec.generate_private_key(ec.SECP256R1())
OTHER = ec.generate_private_key(ec.SECP256R1())
KEY = jwt.PyJWK(json.loads(jwt.algorithms.ECAlgorithm.to_jwk(PRIVATE.public_key())), "ES256")
NONCE = "of this attempt"


def token(key: Any = PRIVATE, algorithm: str = "ES256", **claims: object) -> str:
    now = int(time.time())
    whole = {
        "iss": "https://id.example",
        "sub": "person-1",
        "aud": "sonar",
        "iat": now,
        "exp": now + 300,
        "nonce": NONCE,
        **claims,
    }
    said = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode(said, key, algorithm=algorithm, headers={"kid": "k1"})


def from_now(claims: dict[str, Any]) -> dict[str, Any]:
    """Claims whose times are in seconds from now, when the test runs and not when it is found."""
    now = int(time.time())
    return {name: now + one if isinstance(one, int) else one for name, one in claims.items()}


def test_a_true_token_says_who_signed_in():
    assert claims_of(token(), KEY, ISSUER, NONCE)["sub"] == "person-1"
    assert key_id(token()) == "k1"


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"exp": -120}, "took too long"),
        ({"iat": 180, "exp": 600}, "clock is ahead"),
        ({"nbf": 180, "exp": 600}, "clock is ahead"),
        ({"aud": "another"}, "another program"),
        ({"aud": ["sonar", "another"]}, "several programs"),
        ({"iss": "https://evil.example"}, "another provider"),
        ({"nonce": "of another"}, "another attempt"),
        ({"nonce": None}, "lacks something"),
        ({"exp": None}, "lacks something"),
        ({"sub": None}, "lacks something"),
    ],
)
def test_each_thing_that_is_wrong_is_said_in_one_sentence(claims, words):
    with pytest.raises(RefusedError, match=words) as refused:
        claims_of(token(**from_now(claims)), KEY, ISSUER, NONCE)
    assert (refused.value.status, refused.value.code) == (401, "issuer_refused")


@pytest.mark.parametrize("claims", [{"exp": -30}, {"iat": 30}])
def test_clocks_may_differ_by_a_minute(claims):
    assert claims_of(token(**from_now(claims)), KEY, ISSUER, NONCE)["sub"] == "person-1"


def test_a_token_that_nobody_signed_is_refused():
    with pytest.raises(RefusedError, match="signed in a way that is not accepted"):
        claims_of(token("", "none"), KEY, ISSUER, NONCE)


def test_an_algorithm_that_the_organisation_does_not_name_is_refused():
    other = issuer_at("https://id.example", algorithms=("RS256",))
    with pytest.raises(RefusedError, match="signed in a way that is not accepted"):
        claims_of(token(), KEY, other, NONCE)


def test_a_token_signed_with_the_public_key_as_a_password_is_refused():
    point = base64.urlsafe_b64encode(b"every byte of what anybody can read").decode()
    with pytest.raises(RefusedError, match="signed in a way that is not accepted"):
        claims_of(token(point, "HS256"), KEY, ISSUER, NONCE)


def test_a_token_of_another_key_is_refused():
    with pytest.raises(RefusedError, match="signature does not match"):
        claims_of(token(OTHER), KEY, ISSUER, NONCE)


def test_a_changed_token_is_refused():
    head, _, signature = token().split(".")
    _, body, _ = token(sub="somebody-else").split(".")
    with pytest.raises(RefusedError, match="signature does not match"):
        claims_of(f"{head}.{body}.{signature}", KEY, ISSUER, NONCE)


def test_a_weaker_sign_in_than_the_organisation_asks_for_is_refused():
    strict = issuer_at("https://id.example", acr=("AAL2", "AAL3"))
    assert claims_of(token(acr="AAL3"), KEY, strict, NONCE)
    for weak in ("AAL1", None):
        with pytest.raises(RefusedError, match="not as strong"):
            claims_of(token(acr=weak), KEY, strict, NONCE)


@pytest.mark.parametrize("text", ["", "a.b.c", "x" * (MOST_BYTES + 1)])
def test_what_is_no_token_is_refused(text):
    with pytest.raises(RefusedError, match=r"no sign-in|larger than"):
        key_id(text)
