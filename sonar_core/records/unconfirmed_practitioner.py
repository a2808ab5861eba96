"""Somebody who works at a PC by a sealed envelope: who they are stands on their word alone."""

from __future__ import annotations

from typing import Final

from sonar_core.records.base import Entity
from sonar_core.records.practitioner import Role

MOST_NAME: Final = 80
"""A name, a witness or a registration has no more characters."""


class UnconfirmedPractitioner(Entity, frozen=True, kw_only=True):
    """As the person said, before a witness; its id is the user under which their entries stand.

    Written on the PC whose envelope (1 to 3) they opened, while the server did not answer. It goes
    to every PC of the suite, so that what they entered has a name wherever it is read.
    """

    name: str
    initials: str
    role: Role
    registration: str
    witness: str
    envelope: int

    @property
    def shown_name(self) -> str:
        """The name as others read it: never without the word that nobody has confirmed it."""
        return f"{self.name} (not confirmed)"
