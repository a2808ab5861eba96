"""The custody suites of the organisation, so that a PC can name the one somebody is moved to."""

from __future__ import annotations

from sonar_core.records.base import Entity


class Location(Entity, frozen=True, kw_only=True):
    """Made by the server for each custody suite; its id is the site's id."""

    name: str
