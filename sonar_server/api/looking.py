"""Who looked at a record, for those whose role may ask."""

from __future__ import annotations

import msgspec
from litestar import Response, post
from litestar.datastructures import State

from sonar_core.sync.looked import AskLooked, Looked
from sonar_server.api.answering import (
    Asked,
    Authorisation,
    answered_with,
    documented,
    signed_by,
)
from sonar_server.looking import who_looked
from sonar_server.store.places import Device


@post(
    "/v1/records/looked",
    status_code=200,
    responses=documented(Looked, "Lines of the access logs about one patient"),
)
async def tell_looked(
    request: Asked, state: State, authorization: Authorisation
) -> Response[bytes]:
    """Say who looked at a patient's record (an AskLooked)."""

    def serve(device: Device, message: AskLooked) -> bytes:
        return msgspec.msgpack.encode(who_looked(state.desk.central, message, device))

    data = await signed_by(request, state.desk, authorization, AskLooked, serve)
    return answered_with(request, data)
