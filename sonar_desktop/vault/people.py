"""Who can sign in on this PC, as the sign-in page needs to know it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from sonar_desktop.vault.keybag import SlotHeader


class SignInWith(StrEnum):
    """What a person's tile asks for; the values are the words shown."""

    PIN = "PIN"
    PASSWORD = "Password"  # noqa: S105 - a word of the screen
    ONLINE = "Online sign-in"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff as written in their slot."""

    user: str
    display_name: str
    initials: str
    role: str

    @classmethod
    def of(cls, slot: SlotHeader) -> Person:
        """Return the person that a slot is for."""
        return cls(
            user=slot.user,
            display_name=slot.display_name,
            initials=slot.initials,
            role=slot.role,
        )


class KnownPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person with a slot on this PC, and what their sign-in takes at the moment."""

    person: Person
    sign_in_with: SignInWith
    gen: int
    not_after_ms: int
