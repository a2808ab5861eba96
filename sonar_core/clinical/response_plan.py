"""What a NEWS2 band asks for here: the sentence shown beside it, and when to measure again.

The RCP (2017, table 4) gives the least frequency of monitoring on a hospital ward; a custody
suite has its own plan. This one is a named, versioned default of ours, **not clinically signed
off**; a service puts its own in its place.
"""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_core.clinical.news2 import News2Band


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the plan.

    Attributes:
        text: What to do, in one or two sentences.
        repeat_minutes: When to measure again; None where no time is set by the band alone.
        tells_custody: Whether the custody officer is to be told at once.
    """

    text: str
    repeat_minutes: int | None
    tells_custody: bool = False


class ResponsePlan(msgspec.Struct, frozen=True, kw_only=True):
    """A suite's plan: one response for each band, and one for a set without a total."""

    name: str
    version: str
    clinically_signed_off: bool
    bands: dict[News2Band, Response]
    without_total: Response


DEFAULT_PLAN: Final = ResponsePlan(
    name="sonar-response-plan",
    version="0.1",
    clinically_signed_off=False,
    bands={
        News2Band.LOW: Response(
            text="Routine. Local plan: measure again as the care plan says.",
            repeat_minutes=None,
        ),
        News2Band.LOW_MEDIUM: Response(
            text="One part alone scores 3. Local plan: find out why now, measure again"
            " within the hour.",
            repeat_minutes=60,
        ),
        News2Band.MEDIUM: Response(
            text="Urgent response. Local plan: speak to the doctor on call now, measure again"
            " every 30 min.",
            repeat_minutes=30,
            tells_custody=True,
        ),
        News2Band.HIGH: Response(
            text="Emergency response. Local plan: call 999 or the doctor on call now, stay with"
            " the person, measure again every 15 min.",
            repeat_minutes=15,
            tells_custody=True,
        ),
    },
    without_total=Response(
        text="No score, so nothing is said about risk. Look at the values themselves.",
        repeat_minutes=60,
    ),
)


def response_to(band: News2Band | None, plan: ResponsePlan = DEFAULT_PLAN) -> Response:
    """Return the plan's line for a band; None is a set without a total."""
    return plan.without_total if band is None else plan.bands[band]
