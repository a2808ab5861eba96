"""Sealed envelopes: somebody whom this PC has never seen, away from the server, works for 12 hours.

Who they are stands on their own word before a witness (decision 28; ADR 44). Their line of the
access log is on the disk before the envelope is used up: a power cut between the two leaves a line
and a good envelope, never an envelope that nobody opened.
"""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_core.moments import moment_at
from sonar_core.records.access_event import AccessAction, AccessEvent
from sonar_core.records.practitioner import Role
from sonar_core.records.unconfirmed_practitioner import MOST_NAME, UnconfirmedPractitioner
from sonar_core.roles import Duty, may
from sonar_desktop.usecases.acting import require
from sonar_desktop.usecases.begin_emergency import LASTS_MS, checked_reason
from sonar_desktop.usecases.errors import KnownError, LeaseOverError, UnreachedError
from sonar_desktop.usecases.identity_ports import (
    Envelope,
    Keys,
    Member,
    OpenedEnvelope,
    OpenedStore,
    Premises,
)
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.log_access import log_access
from sonar_desktop.usecases.open_pc import OpenPc
from sonar_desktop.usecases.ports import Actor, Desk, Writing
from sonar_desktop.usecases.sign_in import (
    WIPE_SETTING,
    Admitted,
    Emergency,
    WipeOrderedError,
    emergency_of,
    emergency_setting,
    initials_of,
    kept_lease,
    setting,
)

NO_LEASE: Final = ""
"""Under this their emergency access is kept: the server has never said a word about them."""
NO_ACCOUNT: Final = 0
"""The generation of their credentials: any of an account is later."""


class EnvelopeNotNeededError(KnownError):
    """The server answers, and alone says who may work here."""

    def __init__(self) -> None:
        super().__init__(
            "The server can be reached, so no envelope is needed, and none was used up. Sign in by "
            "name with the password of your account. If you have none, ask the duty manager."
        )


class EnvelopeOverError(LeaseOverError):
    """The hours that the envelope gave are over."""

    def __init__(self) -> None:
        super().__init__(
            "Your hours by sealed envelope have ended. Nothing is lost. Enter your password: if "
            "the server cannot be reached, you can go on with a reason."
        )


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says of themselves: as typed. A registration may be missing."""

    name: str
    role: str
    registration: str
    witness: str
    reason: str


def checked(declared: Declared) -> Declared:
    """Return it without the blanks around; raise InputError with every field that says nothing."""
    found, problems = _stripped(declared), Problems()
    problems.require("name", found.name, "your name")
    if not may(found.role, Duty.WORK_BY_ENVELOPE):
        problems.add("role", "Choose your role.")
    problems.require("witness", found.witness, "who is with you and knows who you are")
    for field, text in (
        ("name", found.name),
        ("registration", found.registration),
        ("witness", found.witness),
    ):
        if len(text) > MOST_NAME:
            problems.add(field, f"Shorten this to {MOST_NAME} characters.")
    if found.witness and found.witness.casefold() == found.name.casefold():
        problems.add("witness", "Enter somebody else: nobody is their own witness.")
    try:
        checked_reason(found.reason)
    except KnownError as error:
        problems.add("reason", error.user_message)
    problems.raise_if_any()
    return found


def begin_by_envelope(
    premises: Premises,
    opened: OpenPc,
    envelope: OpenedEnvelope,
    declared: Declared,
    password: str,
) -> Admitted:
    """Let somebody in whose envelope has just opened this PC, with a password of their own; slow.

    Raises EnvelopeNotNeededError, WipeOrderedError, or what the disk says: the envelope is good
    then, and the caller locks.
    """
    if setting(opened.opened, WIPE_SETTING):
        raise WipeOrderedError
    if _server_answers(premises, opened):
        raise EnvelopeNotNeededError
    person = UnconfirmedPractitioner(
        id=premises.ids.new(),
        name=declared.name,
        initials=initials_of(declared.name),
        role=Role(declared.role),
        registration=declared.registration,
        witness=declared.witness,
        envelope=envelope.number,
    )
    admitted = _begun(premises, opened, person, declared.reason, is_new=True)
    premises.keys.admit(
        _member(person),
        password,
        gen=NO_ACCOUNT,
        not_after_ms=admitted.until_ms,
        envelope=envelope.slot,
    )
    return admitted


def go_on_by_envelope(
    premises: Premises, opened: OpenPc, person: UnconfirmedPractitioner, reason: str
) -> Admitted:
    """Let somebody who came by an envelope go on for as long again, as emergency access does.

    Their password has opened this PC. Raises EnvelopeNotNeededError where the server answers;
    without a reason UnreachedError where it does not.
    """
    if _server_answers(premises, opened):
        raise EnvelopeNotNeededError
    if not reason:
        raise _SilentError
    admitted = _begun(premises, opened, person, checked_reason(reason), is_new=False)
    premises.keys.renew(_member(person), gen=NO_ACCOUNT, not_after_ms=admitted.until_ms)
    return admitted


def visitor_of(opened: OpenedStore, user: str) -> UnconfirmedPractitioner | None:
    """Return whom an envelope of this suite let in under this user; None for anybody else.

    Of somebody with an account no such record is believed, wherever it came from.
    """
    if kept_lease(opened, user) is not None:
        return None
    return opened.store.read(lambda reading: reading.get(UnconfirmedPractitioner, user))


def admitted_visitor(
    premises: Premises, opened: OpenedStore, person: UnconfirmedPractitioner
) -> Admitted:
    """Return somebody who came by an envelope and has just proved who they are on this PC.

    Raises WipeOrderedError or EnvelopeOverError.
    """
    if setting(opened, WIPE_SETTING):
        raise WipeOrderedError
    begun = emergency_of(opened, person.id)
    if begun is None or premises.keys.certain_ms() >= begun.until_ms:
        raise EnvelopeOverError
    return Admitted(actor=_actor(person, begun), until_ms=begun.until_ms)


def make_envelopes(keys: Keys, desk: Desk) -> tuple[Envelope, ...]:
    """Make the three envelopes of this PC anew, the line of the access log first; slow.

    Raises RoleError, or what the disk or the keyring says: the earlier ones are good then.
    """
    require(desk.actor, Duty.MAKE_ENVELOPES)
    log_access(desk, AccessAction.ENVELOPES_MADE)
    return keys.make_envelopes()


class _SilentError(UnreachedError):
    """The server did not answer, and nobody has said why they would go on without it."""

    def __init__(self) -> None:
        super().__init__(
            "The server cannot be reached. Your hours by sealed envelope have ended: go on with "
            "emergency access, or use another envelope."
        )


def _begun(
    premises: Premises,
    opened: OpenPc,
    person: UnconfirmedPractitioner,
    reason: str,
    *,
    is_new: bool,
) -> Admitted:
    event = AccessEvent(
        id=premises.ids.new(),
        action=AccessAction.ENVELOPE_OPENED,
        recorded_at=moment_at(premises.clock.latest_ms(), premises.clock.zone()),
        user=person.id,
        reason=reason,
    )
    until_ms = premises.keys.certain_ms() + LASTS_MS
    begun = Emergency(event=event.id, lease_id=NO_LEASE, until_ms=until_ms)
    actor = _actor(person, begun)
    require(actor, Duty.WORK_BY_ENVELOPE)

    def keep(writing: Writing) -> None:
        if is_new:
            writing.record(person)
        writing.record(event)
        writing.put_setting(emergency_setting(person.id), msgspec.json.encode(begun).decode())

    opened.opened.store.write(actor, "open_envelope", keep)
    return Admitted(actor=actor, until_ms=until_ms)


def _server_answers(premises: Premises, opened: OpenPc) -> bool:
    try:
        premises.door(opened.server, opened.pc.device, opened.identity).hello()
    except UnreachedError:
        return False
    return True


def _actor(person: UnconfirmedPractitioner, begun: Emergency) -> Actor:
    return Actor(
        user=person.id,
        name=person.name,
        initials=person.initials,
        role=person.role.value,
        lease_id=None,
        emergency=begun.event,
    )


def _member(person: UnconfirmedPractitioner) -> Member:
    return Member(
        user=person.id,
        name=person.shown_name,
        initials=person.initials,
        role=person.role.value,
    )


def _stripped(declared: Declared) -> Declared:
    return Declared(
        **{name: " ".join(text.split()) for name, text in msgspec.structs.asdict(declared).items()}
    )
