"""What a PC is told of the accounts of those who can sign in on it."""

from __future__ import annotations

import msgspec
from litestar import Response, post
from litestar.datastructures import State

from sonar_core.sync.roll import AskRoll, SignedRoll
from sonar_server.accounts import signed_roll
from sonar_server.api.answering import (
    Asked,
    Authorisation,
    answered_with,
    documented,
    signed_by,
)
from sonar_server.store.places import Device


@post(
    "/v1/sessions/roll",
    status_code=200,
    responses=documented(SignedRoll, "Whose account is open, and at which password"),
)
async def tell_roll(request: Asked, state: State, authorization: Authorisation) -> Response[bytes]:
    """Say what became of the accounts of these people (an AskRoll)."""

    def serve(device: Device, message: AskRoll) -> bytes:
        return msgspec.msgpack.encode(signed_roll(state.desk.central, message, device))

    data = await signed_by(request, state.desk, authorization, AskRoll, serve)
    return answered_with(request, data)
