"""Sign-in at an organisation's own provider, in the browser: OpenID Connect with PKCE.

The PC begins an attempt, the browser brings back a code, the server redeems it: RFC 8252 for the
way there and back, RFC 7636 for the proof that who redeems the code is who asked for it. Nothing of
the provider but a code that serves once ever reaches a PC.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

ATTEMPT_MS: Final = 5 * 60_000
RANDOM_BYTES: Final = 96
CALLBACK: Final = "/signed-in"
_PART: Final = 32


class AskIssuer(msgspec.Struct, frozen=True, kw_only=True):
    """Ask at which provider people sign in; sent by an enrolled device."""

    protocol: int


class IssuerSheet(msgspec.Struct, frozen=True, kw_only=True):
    """The provider: its name for a button, and what the browser's address is made of."""

    name: str
    address: str
    client: str
    scopes: tuple[str, ...]
    acr: tuple[str, ...] = ()


class BrowserSignIn(msgspec.Struct, frozen=True, kw_only=True):
    """A code that the browser brought back, with what only the PC that began can know."""

    protocol: int
    code: str
    verifier: str
    nonce: str
    redirect: str


class BrowserSignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """The person's signed lease, and a token that renews it once, until `ends_ms` (server)."""

    lease: bytes
    signature: bytes
    token: str
    ends_ms: int


class RenewSession(msgspec.Struct, frozen=True, kw_only=True):
    """A token that has not been used, for a new lease and the next token."""

    protocol: int
    token: str


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One sign-in under way; it is kept in memory and serves once."""

    state: str
    nonce: str
    verifier: str
    redirect: str
    began_ms: int


class NotOursError(ValueError):
    """What came back belongs to no attempt, or to another; the attempt goes on waiting."""


class GivenUpError(ValueError):
    """The provider says that the person was not signed in; its word, of letters only."""


def begun(random: bytes, port: int, now_ms: int) -> Attempt:
    """Return a new attempt whose answer comes to a port of this machine.

    `random` has 96 bytes of a source that nobody can guess; raises ValueError for fewer.
    """
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"an attempt takes {RANDOM_BYTES} random bytes")
    parts = (_text(random[at : at + _PART]) for at in range(0, RANDOM_BYTES, _PART))
    state, nonce, verifier = parts
    return Attempt(
        state=state,
        nonce=nonce,
        verifier=verifier,
        redirect=f"http://127.0.0.1:{port}{CALLBACK}",
        began_ms=now_ms,
    )


def browser_address(sheet: IssuerSheet, attempt: Attempt) -> str:
    """Return what the browser opens (OpenID Connect Core 3.1.2.1, RFC 7636 4.3)."""
    asked = {
        "response_type": "code",
        "client_id": sheet.client,
        "scope": " ".join(sheet.scopes),
        "redirect_uri": attempt.redirect,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge_of(attempt.verifier),
        "code_challenge_method": "S256",
        # On a PC that many share, who signed in last is not who signs in now.
        "prompt": "login",
    }
    if sheet.acr:
        asked["acr_values"] = " ".join(sheet.acr)
    joint = "&" if urlsplit(sheet.address).query else "?"
    return f"{sheet.address}{joint}{urlencode(asked)}"


def challenge_of(verifier: str) -> str:
    """Return the SHA-256 of a verifier as RFC 7636 4.2 writes it."""
    return _text(hashlib.sha256(verifier.encode()).digest())


def code_in(target: str, attempt: Attempt) -> str:
    """Return the code in the line that a browser asked for.

    Raises NotOursError: another page, another state, nothing or several of anything.
    GivenUpError: the provider says why there is no code.
    """
    place = urlsplit(target)
    said = parse_qs(place.query, keep_blank_values=True)
    if place.path != CALLBACK or said.get("state") != [attempt.state]:
        raise NotOursError("the answer belongs to no sign-in of this PC")
    if "error" in said:
        raise GivenUpError("".join(letter for letter in said["error"][0] if letter.isalpha())[:40])
    match said.get("code"):
        case [code] if code:
            return code
        case _:
            raise NotOursError("the answer holds no code")


def is_over(attempt: Attempt, now_ms: int) -> bool:
    """Return whether the attempt has had its five minutes, by one clock."""
    return not attempt.began_ms <= now_ms < attempt.began_ms + ATTEMPT_MS


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
