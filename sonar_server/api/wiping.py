"""What a PC out of use may still say: what it has, and the parcel that it leaves."""

from __future__ import annotations

import msgspec
from litestar import Response, post
from litestar.datastructures import State
from litestar.openapi import ResponseSpec

from sonar_core.sync.messages import MEDIA_TYPE, Refusal
from sonar_core.sync.wiping import AskOrder, Ordered, Parcel, ParcelReceipt
from sonar_server import wiping
from sonar_server.api import bodies
from sonar_server.api.answering import (
    Asked,
    Authorisation,
    answered_with,
    body_of,
    documented,
    signed_by,
)
from sonar_server.store.places import Device


@post(
    "/v1/devices/order",
    status_code=200,
    responses=documented(Ordered, "What is to become of a PC that is out of use"),
)
async def tell_order(request: Asked, state: State, authorization: Authorisation) -> Response[bytes]:
    """Take down what a PC still has and say whether it is to be wiped (an AskOrder)."""

    def serve(device: Device, message: AskOrder) -> bytes:
        return msgspec.msgpack.encode(wiping.answer(state.desk.central, message, device))

    data = await signed_by(request, state.desk, authorization, AskOrder, serve)
    return answered_with(request, data)


@post(
    "/v1/devices/parcel",
    status_code=200,
    responses={
        **documented(ParcelReceipt, "The parcel is kept for good"),
        404: ResponseSpec(
            Refusal, media_type=MEDIA_TYPE, description="no_order", generate_examples=False
        ),
    },
)
async def take_parcel(request: Asked, state: State) -> Response[bytes]:
    """Keep what a PC under a wipe order left, sealed (a Parcel, signed by the device itself)."""
    message = bodies.decoded(await body_of(request), Parcel)
    await state.desk.work(state.desk.gate.count_parcel)
    receipt = await state.desk.work(wiping.take_parcel, state.desk.central, message)
    return answered_with(request, msgspec.msgpack.encode(receipt))
