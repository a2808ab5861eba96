"""The word that a stay that is over leaves the PCs."""

from __future__ import annotations

from sonar_core.records.base import Entity


class Retirement(Entity, frozen=True, kw_only=True):
    """Made by the server, one in each scope that holds rows of the stay, together.

    From its place in the log on, no row of the `episode` counts in that scope, itself included.
    `rule` names the rule that it was made by (`sonar_core.sync.retirement`).
    """

    patient: str
    episode: str
    rule: str
