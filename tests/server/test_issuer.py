from __future__ import annotations

import pytest

from sonar_server.administration import AdministrationError
from sonar_server.issuer import allowed_roles, is_safe, read_issuer
from tests.server.identity_provider import issuer_at

WHOLE = """
issuer = "https://id.example/board"
name = "Health board"
client = "sonar"
algorithms = ["RS256"]
person_claim = "oid"
role_claim = "groups"
roles = { "3f1c" = "nurse", "77aa" = "doctor" }
"""


def test_an_issuer_is_read_from_a_file(tmp_path):
    file = tmp_path / "issuer.toml"
    file.write_text(WHOLE)
    issuer = read_issuer(file)
    assert (issuer.issuer, issuer.person_claim) == ("https://id.example/board", "oid")
    assert issuer.scopes == ("openid",)


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("https://", "http://", "an https address"),
        ("RS256", "none", "algorithms are of"),
        ("RS256", "HS256", "algorithms are of"),
        ('"RS256"', "", "algorithms are of"),
        ('client = "sonar"', "", "client"),
        ("person_claim", "personclaim", "personclaim"),
        ("name =", 'scopes = ["profile"]\nname =', "scopes hold openid"),
        ("issuer =", "issuer", "describes no issuer"),
    ],
)
def test_a_file_that_would_be_unsafe_or_is_misspelt_is_refused(tmp_path, was, becomes, words):
    file = tmp_path / "issuer.toml"
    file.write_text(WHOLE.replace(was, becomes, 1))
    with pytest.raises(AdministrationError, match=words):
        read_issuer(file)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://id.example", True),
        ("http://127.0.0.1:9400", True),
        ("http://id.example", False),
        ("http://127.0.0.1.id.example", False),
        ("file:///etc", False),
    ],
)
def test_nothing_goes_in_the_clear_beyond_this_machine(address, safe):
    assert is_safe(address) is safe


@pytest.mark.parametrize(
    ("claims", "allowed"),
    [
        ({"groups": ["3f1c", "else"]}, {"nurse"}),
        ({"groups": "77aa"}, {"doctor"}),
        ({"groups": ["3f1c", "77aa"]}, {"nurse", "doctor"}),
        ({"groups": [{"3f1c": 1}, None]}, set()),
        ({}, set()),
    ],
)
def test_the_provider_confirms_roles_by_the_names_that_are_set(claims, allowed):
    issuer = issuer_at("x", role_claim="groups", roles={"3f1c": "nurse", "77aa": "doctor"})
    assert allowed_roles(issuer, claims) == allowed
    assert allowed_roles(issuer_at("x"), claims) is None
