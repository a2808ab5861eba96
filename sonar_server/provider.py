"""The server's calls to the provider: where it is, which keys it signs with, what a code is worth.

No redirect is followed and no proxy of the environment is used; an answer has a size and a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeVar

import jwt
import msgspec
import requests

from sonar_core.bodies import UNREADABLE
from sonar_core.sync.browser_sign_in import BrowserSignIn, IssuerSheet
from sonar_server import id_tokens
from sonar_server.errors import RefusedError
from sonar_server.id_tokens import issuer_refused
from sonar_server.issuer import Issuer, is_safe

T = TypeVar("T")

KEPT_SECONDS: Final = 3600.0
AGAIN_SECONDS: Final = 30.0
"""Between two looks for a key that is not there: whoever invents keys cannot flood the provider."""
_TIMEOUT: Final = (3.05, 10.0)
_MOST_BYTES: Final = 256 * 1024


class _Discovered(msgspec.Struct):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class _Redeemed(msgspec.Struct):
    id_token: str


class Provider:
    """One issuer, as it is found over the network; any thread may ask."""

    def __init__(self, issuer: Issuer, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the configuration and a clock in seconds; nothing is asked yet."""
        self.issuer: Final = issuer
        self._clock = clock
        self._lock = Lock()
        self._found: tuple[float, _Discovered] | None = None
        self._keys: tuple[float, dict[str, jwt.PyJWK]] | None = None

    def sheet(self) -> IssuerSheet:
        """Return what a PC's browser needs; raise RefusedError (424) while it cannot be had."""
        return IssuerSheet(
            name=self.issuer.name,
            address=self._discovered().authorization_endpoint,
            client=self.issuer.client,
            scopes=self.issuer.scopes,
            acr=self.issuer.acr,
        )

    def claims(self, asked: BrowserSignIn) -> dict[str, Any]:
        """Redeem a code and return what the provider says of the person.

        Raises RefusedError: issuer_refused (401), issuer_away (424).
        """
        token = self._redeemed(asked)
        return id_tokens.claims_of(
            token, self._key(id_tokens.key_id(token)), self.issuer, asked.nonce
        )

    def _redeemed(self, asked: BrowserSignIn) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": asked.code,
            "redirect_uri": asked.redirect,
            "client_id": self.issuer.client,
            "code_verifier": asked.verifier,
        }
        if self.issuer.secret_file:
            form["client_secret"] = Path(self.issuer.secret_file).read_text().strip()
        status, body = self._call("POST", self._discovered().token_endpoint, form)
        if status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED}:
            raise issuer_refused("the provider does not take this sign-in: it was used or is over")
        return _read(status, body, _Redeemed).id_token

    def _discovered(self) -> _Discovered:
        with self._lock:
            if self._found is None or self._clock() - self._found[0] > KEPT_SECONDS:
                base = self.issuer.issuer.rstrip("/")
                found = _read(
                    *self._call("GET", f"{base}/.well-known/openid-configuration"), _Discovered
                )
                places = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
                if found.issuer != self.issuer.issuer or not all(map(is_safe, places)):
                    raise _away("the provider describes itself as another, or without TLS")
                self._found = self._clock(), found
            return self._found[1]

    def _key(self, identifier: str) -> jwt.PyJWK:
        """Return a key by its id, or the only one; look once more where it is not known."""
        where = self._discovered().jwks_uri
        with self._lock:
            age = KEPT_SECONDS if self._keys is None else self._clock() - self._keys[0]
            is_unknown = self._keys is None or identifier not in self._keys[1]
            if age >= (AGAIN_SECONDS if is_unknown else KEPT_SECONDS):
                self._keys = self._clock(), self._published(where)
            keys = {} if self._keys is None else self._keys[1]
        if not identifier and len(keys) == 1:
            return next(iter(keys.values()))
        if identifier not in keys:
            raise issuer_refused("the sign-in is signed with a key that the provider does not show")
        return keys[identifier]

    def _published(self, where: str) -> dict[str, jwt.PyJWK]:
        said = _read(*self._call("GET", where), dict[str, Any])
        try:
            return {key.key_id or "": key for key in jwt.PyJWKSet.from_dict(said).keys}
        except jwt.PyJWTError:
            raise _away("the provider shows no keys that can be used") from None

    def _call(
        self, method: str, address: str, form: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.request(
                    method,
                    address,
                    data=form,
                    headers={"Accept": "application/json"},
                    timeout=_TIMEOUT,
                    allow_redirects=False,
                    stream=True,
                )
                body = bytearray()
                for piece in answer.iter_content(16 * 1024):
                    body += piece
                    if len(body) > _MOST_BYTES:
                        raise _away("the provider's answer is larger than 256 KiB")
            except requests.RequestException:
                raise _away("the provider does not answer: is it up, and is there a way?") from None
        return answer.status_code, bytes(body)


def _read(status: int, body: bytes, into: type[T]) -> T:
    if status != HTTPStatus.OK:
        raise _away(f"the provider answers {status}")
    try:
        return msgspec.json.decode(body, type=into)
    except UNREADABLE:
        raise _away("the provider's answer cannot be read") from None


def _away(words: str) -> RefusedError:
    return RefusedError(HTTPStatus.FAILED_DEPENDENCY, "issuer_away", words)
