from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from sonar_core.sync.browser_sign_in import (
    ATTEMPT_MS,
    GivenUpError,
    IssuerSheet,
    NotOursError,
    begun,
    browser_address,
    challenge_of,
    code_in,
    is_over,
)

SHEET = IssuerSheet(
    name="Health board", address="https://id.example/authorise", client="sonar", scopes=("openid",)
)
ATTEMPT = begun(bytes(range(96)), 50123, 1_000)


def test_the_challenge_is_the_one_of_rfc_7636():
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # appendix B
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_browser_is_sent_with_everything_but_the_verifier():
    address = browser_address(SHEET, ATTEMPT)
    asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
    assert address.startswith("https://id.example/authorise?")
    assert asked == {
        "response_type": "code",
        "client_id": "sonar",
        "scope": "openid",
        "redirect_uri": "http://127.0.0.1:50123/signed-in",
        "state": ATTEMPT.state,
        "nonce": ATTEMPT.nonce,
        "code_challenge": challenge_of(ATTEMPT.verifier),
        "code_challenge_method": "S256",
        "prompt": "login",
    }
    assert ATTEMPT.verifier not in address


def test_a_level_of_assurance_is_asked_for_where_one_is_set():
    sheet = IssuerSheet(
        name="CIS2",
        address="https://id.example/a?b=c",
        client="x",
        scopes=("openid",),
        acr=("AAL3",),
    )
    asked = parse_qs(urlsplit(browser_address(sheet, ATTEMPT)).query)
    assert asked["acr_values"] == ["AAL3"]
    assert asked["b"] == ["c"]


def test_the_three_secrets_are_of_256_bits_each_and_differ():
    secrets = {ATTEMPT.state, ATTEMPT.nonce, ATTEMPT.verifier}
    assert {len(secret) for secret in secrets} == {43}
    assert len(secrets) == 3
    with pytest.raises(ValueError, match="96 random bytes"):
        begun(bytes(95), 1, 0)


def test_the_code_is_read_from_what_the_browser_brings_back():
    assert code_in(f"/signed-in?code=abc&state={ATTEMPT.state}", ATTEMPT) == "abc"


@pytest.mark.parametrize(
    "target",
    [
        "/signed-in?code=abc&state=other",
        "/signed-in?code=abc",
        f"/signed-in?state={ATTEMPT.state}",
        f"/signed-in?code=&state={ATTEMPT.state}",
        f"/signed-in?code=a&code=b&state={ATTEMPT.state}",
        f"/signed-in?code=a&state={ATTEMPT.state}&state=other",
        f"/elsewhere?code=abc&state={ATTEMPT.state}",
        "/favicon.ico",
    ],
)
def test_what_belongs_to_no_attempt_is_not_taken(target):
    with pytest.raises(NotOursError):
        code_in(target, ATTEMPT)


def test_a_refusal_of_the_provider_is_told_by_its_letters_only():
    with pytest.raises(GivenUpError, match=r"^accessdenied$"):
        code_in(f"/signed-in?error=access_denied%0A&state={ATTEMPT.state}", ATTEMPT)


def test_a_refusal_without_our_state_ends_nothing():
    with pytest.raises(NotOursError):
        code_in("/signed-in?error=access_denied&state=other", ATTEMPT)


@pytest.mark.parametrize(
    ("after_ms", "over"), [(-1, True), (0, False), (ATTEMPT_MS - 1, False), (ATTEMPT_MS, True)]
)
def test_an_attempt_has_five_minutes(after_ms, over):
    assert is_over(ATTEMPT, 1_000 + after_ms) is over
