"""The requests of a device whose copy is not the server's: sums, rows, and what came of it."""

from __future__ import annotations

from litestar import Response, post
from litestar.datastructures import State
from litestar.response import Stream

from sonar_core.sync.healing import AskBuckets, AskSums, Report, Reported, Sums
from sonar_core.sync.messages import Frame
from sonar_server.api.answering import Asked, Authorisation, answered, documented, streamed
from sonar_server.service import DeviceService


@post(
    "/v1/sync/buckets",
    status_code=200,
    responses=documented(Sums, "What the scope's rows add up to, bucket by bucket"),
)
async def sum_buckets(
    request: Asked, state: State, authorization: Authorisation
) -> Response[bytes]:
    """Say what the rows of a scope add up to (an AskSums)."""
    return await answered(request, state.desk, authorization, AskSums, DeviceService.bucket_sums)


@post(
    "/v1/sync/buckets/rows",
    status_code=200,
    responses=documented(Frame, "A stream of SnapshotFrames, then an End"),  # type: ignore[arg-type]
)
async def stream_buckets(
    request: Asked, state: State, authorization: Authorisation
) -> Response[bytes] | Stream:
    """Send the rows of some buckets (an AskBuckets) as a stream of frames."""
    return await streamed(request, state.desk, authorization, AskBuckets, DeviceService.bucket_rows)


@post(
    "/v1/sync/incidents",
    status_code=200,
    responses=documented(Reported, "The incidents are kept"),
)
async def take_report(
    request: Asked, state: State, authorization: Authorisation
) -> Response[bytes]:
    """Keep what became of copies that differed (a Report)."""
    return await answered(request, state.desk, authorization, Report, DeviceService.report)
