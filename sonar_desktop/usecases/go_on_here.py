"""Let somebody go on at a PC that is set up: ask the server, and what if it does not answer."""

from __future__ import annotations

from sonar_desktop.usecases.begin_emergency import begin_emergency
from sonar_desktop.usecases.by_envelope import go_on_by_envelope, visitor_of
from sonar_desktop.usecases.errors import UnreachedError
from sonar_desktop.usecases.identity_ports import Premises
from sonar_desktop.usecases.open_pc import OpenPc, open_pc
from sonar_desktop.usecases.renew_lease import renew_lease
from sonar_desktop.usecases.sign_in import (
    Admitted,
    BrowserNeededError,
    LeaseMissingError,
    kept_lease,
    sign_in_online,
)
from sonar_desktop.usecases.sign_in_by_provider import NoProviderError, Place, provider_of


def place_of(opened: OpenPc) -> Place:
    """Return this PC as a sign-in at a provider needs it."""
    return Place(opened=opened.opened, identity=opened.identity, server=opened.server)


def opened_to_ask(
    premises: Premises, present: OpenPc | None, user: str, password: str, *, must_prove: bool
) -> OpenPc:
    """Return the store for a person whose lease has ended, so that the server can be asked; slow.

    Their password opens their key where nobody has opened the store, where they `must_prove` who
    they are, and where only this PC knows it. Raises KnownError; the caller locks what it opened.
    """
    kept = None if present is None else kept_lease(present.opened, user)
    is_local = kept is not None and kept.is_by_provider
    if present is None or must_prove or is_local:
        premises.keys.unlock_to_renew(user, password)
    return present or open_pc(premises)


def ask_by_name(
    premises: Premises, opened: OpenPc, name: str, password: str, user: str | None = None
) -> Admitted:
    """Ask the server about a name and password; slow. Raises KnownError.

    `user` is whose tile was chosen, None for somebody new.
    """
    return sign_in_online(
        premises,
        opened.opened,
        opened.identity,
        server=opened.server,
        username=name,
        password=password,
        expected=user,
    )


def ask_to_go_on(
    premises: Premises, opened: OpenPc, user: str, password: str, reason: str = ""
) -> Admitted:
    """Ask the server for a new lease of a person whose lease has ended; slow. Raises KnownError.

    Where it does not answer and there is a reason, the person goes on under emergency access: the
    caller has had the password prove who they are on this PC. Raises BrowserNeededError for one who
    signs in at a provider, once the server has answered; nothing of the password is sent then.
    """
    kept = kept_lease(opened.opened, user)
    if kept is None:
        person = visitor_of(opened.opened, user)
        if person is None:
            raise LeaseMissingError
        return go_on_by_envelope(premises, opened, person, reason)
    try:
        if kept.is_by_provider:
            place = place_of(opened)
            if provider_of(premises, place) is None:
                raise NoProviderError
            raise BrowserNeededError
        return ask_by_name(premises, opened, kept.username, password, user)
    except UnreachedError:
        if not reason:
            raise
        return begin_emergency(premises, opened.opened, user, reason)


def end_emergency(
    premises: Premises, opened: OpenPc, password: str, admitted: Admitted
) -> Admitted:
    """End a person's emergency access by a new lease, if the server answers; slow.

    Raises KnownError where it does and refuses them.
    """
    try:
        return renew_lease(premises, opened, admitted.actor.user, password)
    except (UnreachedError, BrowserNeededError):
        return admitted
