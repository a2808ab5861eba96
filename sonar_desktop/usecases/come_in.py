"""Let somebody in at a PC that is set up, by what they typed: with its store open or to be opened.

Whatever goes wrong, a store that was opened for nobody is shut again and its key wiped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from sonar_desktop.usecases.by_envelope import (
    Declared,
    EnvelopeNotNeededError,
    admitted_visitor,
    begin_by_envelope,
    checked,
    visitor_of,
)
from sonar_desktop.usecases.errors import KnownError, LeaseOverError
from sonar_desktop.usecases.go_on_here import (
    ask_by_name,
    ask_to_go_on,
    end_emergency,
    opened_to_ask,
)
from sonar_desktop.usecases.hear_roll import taken_back
from sonar_desktop.usecases.identity_ports import Premises
from sonar_desktop.usecases.open_pc import OpenPc, open_pc
from sonar_desktop.usecases.sign_in import (
    Admitted,
    BrowserNeededError,
    LeaseEndedByServerError,
    admitted_here,
    setting,
)

FIRST_SYNC_SETTING: Final = "first_sync_done"


class CameIn(msgspec.Struct, frozen=True, kw_only=True):
    """The open store, who was let in or why not yet, and whether the first sync is over."""

    opened: OpenPc
    admitted: Admitted | LeaseEndedByServerError | BrowserNeededError | EnvelopeNotNeededError
    was_synced: bool = False


def by_key(
    premises: Premises,
    present: OpenPc | None,
    user: str,
    unlock: Callable[[], None],
    *,
    password: str = "",
    is_offline: bool = False,
) -> CameIn:
    """Let a person in whose PIN or password `unlock` proves on this PC; slow. Raises KnownError.

    With a password, an emergency access ends here if the server answers, and the server is asked
    for another lease where the key runs on without one: so a power cut between the writing of the
    two leaves it.
    """
    unlock()
    opened = present
    try:
        if opened is None:
            opened = open_pc(premises)
        person = visitor_of(opened.opened, user)
        if person is None:
            admitted = admitted_here(premises, opened.opened, user)
        else:
            admitted = admitted_visitor(premises, opened.opened, person)
        if person is None and admitted.actor.emergency and password and not is_offline:
            admitted = end_emergency(premises, opened, password, admitted)
    except LeaseEndedByServerError as error:
        if opened is None:
            raise
        return CameIn(opened=opened, admitted=error)
    except LeaseOverError:
        _shut(premises, present, opened)
        if not password:
            raise
        return by_renewal(premises, present, user, password)
    except KnownError:
        # A key whose store does not open, or lets nobody in, is not kept.
        _shut(premises, present, opened)
        raise
    return CameIn(opened=opened, admitted=admitted, was_synced=was_synced(opened))


def by_renewal(
    premises: Premises, present: OpenPc | None, user: str, password: str, reason: str = ""
) -> CameIn:
    """Ask the server about a person whose lease has ended; slow. Raises KnownError.

    With a reason for emergency access they are let in where the server does not answer.
    """
    opened = None
    try:
        opened = opened_to_ask(premises, present, user, password, must_prove=bool(reason))
        admitted = ask_to_go_on(premises, opened, user, password, reason)
    except BrowserNeededError as error:
        if opened is None:
            raise
        return CameIn(opened=opened, admitted=error)
    except KnownError:
        why = None if opened is None else taken_back(premises, opened, user)
        if opened is not None and why is not None:
            return CameIn(opened=opened, admitted=why)
        _shut(premises, present, opened)
        raise
    return CameIn(opened=opened, admitted=admitted, was_synced=was_synced(opened))


def by_name(premises: Premises, opened: OpenPc, name: str, password: str) -> CameIn:
    """Let somebody in whose name and password the server knows; slow. Raises KnownError."""
    admitted = ask_by_name(premises, opened, name, password)
    return CameIn(opened=opened, admitted=admitted, was_synced=was_synced(opened))


def by_envelope(
    premises: Premises, present: OpenPc | None, code: str, declared: Declared, password: str
) -> CameIn:
    """Let somebody in whom this PC has never seen, by a sealed envelope; slow. Raises KnownError.

    Where the server answers the store stays open, so that it can be asked about them.
    """
    declared = checked(declared)
    premises.keys.require_strong(password, declared.name)
    envelope = premises.keys.open_envelope(code)
    opened = present
    try:
        if opened is None:
            opened = open_pc(premises)
        admitted = begin_by_envelope(premises, opened, envelope, declared, password)
    except (EnvelopeNotNeededError, LeaseEndedByServerError) as error:
        if opened is None:
            raise
        return CameIn(opened=opened, admitted=error, was_synced=was_synced(opened))
    except KnownError:
        _shut(premises, present, opened)
        raise
    return CameIn(opened=opened, admitted=admitted, was_synced=was_synced(opened))


def was_synced(opened: OpenPc) -> bool:
    """Return whether the first sync of this PC is over."""
    return setting(opened.opened, FIRST_SYNC_SETTING) == "yes"


def _shut(premises: Premises, present: OpenPc | None, opened: OpenPc | None) -> None:
    if present is None:
        if opened is not None:
            opened.opened.close()
        premises.keys.lock()
