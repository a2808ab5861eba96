"""What a suite has settled about its board: a named, versioned default of ours.

The times are **not clinically signed off** (ux.md 16); a suite puts its own in their place.
"""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_core.moments import MINUTE_MS

CUSTODY_CHECKS_SETTING: Final = "custody_checks_recorded_here"
"""Name of the suite's setting: "yes" or "no" (decision 31)."""


class BoardPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """How soon is soon, and when an alarm rings.

    `custody_checks_recorded_here` is False where custody staff write their checks in the custody
    record: the board then shows the plan without countdown or alarm (decision 31).
    """

    name: str = "sonar-board-policy"
    version: str = "0.1"
    clinically_signed_off: bool = False
    custody_checks_recorded_here: bool = False
    soon_ms: int = 15 * MINUTE_MS
    hour_ms: int = 60 * MINUTE_MS
    not_told_rings_after_ms: int = 10 * MINUTE_MS
    late_after_ms: int = 5 * MINUTE_MS
    sound_again_after_ms: int = 5 * MINUTE_MS
    sound_apart_ms: int = 60_000
    stale_score_after_ms: int = 12 * 60 * MINUTE_MS


DEFAULT_POLICY: Final = BoardPolicy()


def policy_from_setting(custody_checks_recorded_here: str | None) -> BoardPolicy:
    """Return the default policy with the suite's setting; anything but "yes" is no."""
    return BoardPolicy(custody_checks_recorded_here=custody_checks_recorded_here == "yes")
