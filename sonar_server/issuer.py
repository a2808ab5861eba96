"""The provider at which people sign in: configuration, ready for NHS CIS2, Entra or another."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from sonar_core.bodies import UNREADABLE
from sonar_server.administration import AdministrationError

ASYMMETRIC: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"})
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Issuer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an organisation says of its provider.

    `person_claim` tells people apart and is linked to accounts by `sonar-server user link`. Where
    `role_claim` is given, one of its values has to be named in `roles` beside the account's role:
    the provider can take a right away and give none. `acr` are the levels of assurance of which the
    provider has to say one. `secret_file` holds the client's secret, where it has one.
    """

    issuer: str
    name: str
    client: str
    secret_file: str = ""
    scopes: tuple[str, ...] = ("openid",)
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    acr: tuple[str, ...] = ()
    person_claim: str = "sub"
    role_claim: str = ""
    roles: dict[str, str] = {}


def read_issuer(file: Path) -> Issuer:
    """Return the issuer that a TOML file describes.

    Raises AdministrationError for what is none, and OSError.
    """
    try:
        issuer = msgspec.toml.decode(file.read_bytes(), type=Issuer)
    except UNREADABLE as error:
        raise AdministrationError(f"{file} describes no issuer: {error}") from None
    if not is_safe(issuer.issuer):
        raise AdministrationError(f"{file}: an issuer is an https address")
    if not issuer.algorithms or not ASYMMETRIC.issuperset(issuer.algorithms):
        raise AdministrationError(f"{file}: algorithms are of {', '.join(sorted(ASYMMETRIC))}")
    if "openid" not in issuer.scopes:
        raise AdministrationError(f"{file}: scopes hold openid")
    return issuer


def is_safe(address: str) -> bool:
    """Return whether what is sent there can be read by nobody on the way."""
    place = urlsplit(address)
    return place.scheme == "https" or (place.scheme == "http" and place.hostname in _LOOPBACK)


def allowed_roles(issuer: Issuer, claims: dict[str, Any]) -> frozenset[str] | None:
    """Return the roles that the provider's word allows; None where it is not asked."""
    if not issuer.role_claim:
        return None
    said = claims.get(issuer.role_claim, [])
    values = said if isinstance(said, list) else [said]
    named = (value for value in values if isinstance(value, str))
    return frozenset(issuer.roles[value] for value in named if value in issuer.roles)
