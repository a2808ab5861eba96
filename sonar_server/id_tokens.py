"""What a provider says of a person, believed only once everything about it is right.

PyJWT checks signature, algorithm, audience, issuer and times (OpenID Connect Core 3.1.3.7); what it
does not know of is the attempt that the token was made for, and the level of assurance.
"""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import Any, Final

import jwt

from sonar_server.errors import RefusedError
from sonar_server.issuer import Issuer

LEEWAY_SECONDS: Final = 60
MOST_BYTES: Final = 16 * 1024
_REQUIRED: Final = ("iss", "sub", "aud", "exp", "iat", "nonce")
# The first that fits: some are kinds of others.
_WORDS: Final = (
    (jwt.ExpiredSignatureError, "the sign-in took too long and is over: begin again"),
    (
        jwt.ImmatureSignatureError,
        "the provider's clock is ahead of this server's: no sign-in until both agree",
    ),
    (jwt.InvalidAudienceError, "the sign-in was meant for another program"),
    (jwt.InvalidIssuerError, "the sign-in comes from another provider"),
    (jwt.InvalidAlgorithmError, "the sign-in is signed in a way that is not accepted here"),
    (jwt.InvalidSignatureError, "the sign-in's signature does not match"),
    (jwt.MissingRequiredClaimError, "the sign-in lacks something that it has to say"),
)


def key_id(token: str) -> str:
    """Return which key a token says it is signed with, "" where it names none; nothing is checked.

    Raises RefusedError for what is no token.
    """
    if len(token) > MOST_BYTES:
        raise issuer_refused("the sign-in is larger than 16 KiB")
    try:
        return str(jwt.get_unverified_header(token).get("kid", ""))
    except jwt.PyJWTError:
        raise issuer_refused("the provider's answer is no sign-in") from None


def claims_of(token: str, key: jwt.PyJWK, issuer: Issuer, nonce: str) -> dict[str, Any]:
    """Return what the token says; raise RefusedError (401) with the one thing that is wrong."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=list(issuer.algorithms),
            audience=issuer.client,
            issuer=issuer.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": list(_REQUIRED)},
        )
    except jwt.PyJWTError as error:
        words = next((words for kind, words in _WORDS if isinstance(error, kind)), "")
        raise issuer_refused(words or "the sign-in cannot be read") from None
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise issuer_refused("the sign-in belongs to another attempt")
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1:
        raise issuer_refused("the sign-in was meant for several programs")
    if issuer.acr and claims.get("acr") not in issuer.acr:
        raise issuer_refused("the sign-in was not as strong as this organisation asks for")
    return claims


def issuer_refused(words: str) -> RefusedError:
    """Return the refusal of a sign-in that the provider did not confirm."""
    return RefusedError(HTTPStatus.UNAUTHORIZED, "issuer_refused", words)
