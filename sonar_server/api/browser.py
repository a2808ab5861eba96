"""Sign-in at the organisation's provider: where it is, a code from the browser, a new lease."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec
from litestar import Response, post
from litestar.datastructures import State

from sonar_core.sync.browser_sign_in import (
    AskIssuer,
    BrowserSignedIn,
    BrowserSignIn,
    IssuerSheet,
    RenewSession,
)
from sonar_server.api.answering import (
    Asked,
    Authorisation,
    answered_with,
    documented,
    signed_by,
)
from sonar_server.store.places import Device

M = TypeVar("M")


@post(
    "/v1/sessions/issuer",
    status_code=200,
    responses=documented(IssuerSheet, "Where people of this organisation sign in"),
)
async def tell_issuer(
    request: Asked, state: State, authorization: Authorisation
) -> Response[bytes]:
    """Say what a browser needs to ask the provider (an AskIssuer)."""
    gate = state.desk.browser_gate
    return await _answered(
        request, state, authorization, AskIssuer, lambda message, _device: gate.sheet(message)
    )


@post(
    "/v1/sessions/browser",
    status_code=200,
    responses=documented(BrowserSignedIn, "The person's signed lease, and a token to renew it"),
)
async def sign_in_by_browser(
    request: Asked, state: State, authorization: Authorisation
) -> Response[bytes]:
    """Redeem a code of the provider (a BrowserSignIn)."""
    return await _answered(
        request, state, authorization, BrowserSignIn, state.desk.browser_gate.sign_in
    )


@post(
    "/v1/sessions/renew",
    status_code=200,
    responses=documented(BrowserSignedIn, "A new lease, and the next token"),
)
async def renew_session(
    request: Asked, state: State, authorization: Authorisation
) -> Response[bytes]:
    """Take a token that has not served (a RenewSession)."""
    return await _answered(
        request, state, authorization, RenewSession, state.desk.browser_gate.renew
    )


async def _answered(
    request: Asked,
    state: State,
    authorization: str | None,
    into: type[M],
    answer_of: Callable[[M, Device], msgspec.Struct],
) -> Response[bytes]:
    def serve(device: Device, message: M) -> bytes:
        return msgspec.msgpack.encode(answer_of(message, device))

    return answered_with(request, await signed_by(request, state.desk, authorization, into, serve))
