"""Where a person is who was moved from one custody suite to another."""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_core.ids import RecordId, slot
from sonar_core.moments import Moment
from sonar_core.records.base import Entity


class Suite(msgspec.Struct, frozen=True, kw_only=True):
    """A custody suite by its id, with the name that it had then."""

    site: str
    name: str


class SiteMove(Entity, frozen=True, kw_only=True):
    """Made by the server, one of each person who ever moved; its newest version is what holds.

    It is the person's and stays at every suite that knew them, so that nobody looks for them where
    they are no more. `suites` is where they are; several while people have to decide which.
    `stay` is the stay that moved, `moved_at` when its author wrote that down.
    """

    patient: str
    stay: str
    suites: tuple[Suite, ...]
    moved_at: Moment


SITE_MOVE: Final = SiteMove.__name__


def site_move_id(patient: str) -> RecordId:
    """Return the id of a person's one site move."""
    return slot(patient, "site_move")
