"""Give a person who has just signed in their workplace at this PC."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sonar_desktop.ui.background import Background
from sonar_desktop.ui.viewmodels.late_drafts import LateDrafts
from sonar_desktop.ui.viewmodels.workplace import Destination, Signing, Workplace
from sonar_desktop.usecases.identity_ports import Premises
from sonar_desktop.usecases.open_pc import OpenPc
from sonar_desktop.usecases.ports import Desk


def seat(
    premises: Premises,
    opened: OpenPc,
    desk: Desk,
    background: Background,
    go: Callable[[Destination], None],
    signing: Signing,
    late: LateDrafts,
) -> Workplace:
    """Return the workplace of the person whose desk this is."""
    return Workplace(
        background=background,
        desk=desk,
        clock=premises.clock,
        zone=opened.pc.zone,
        site_name=opened.pc.site_name,
        pc_name=opened.name,
        go=go,
        signing=signing,
        late=late,
        keys=lambda: premises.keys,
        door=partial(premises.door, opened.server, opened.pc.device, opened.identity),
    )
