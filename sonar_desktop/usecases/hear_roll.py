"""Ask the server about the accounts of those who can sign in on this PC, and keep what it says."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sonar_core import bodies
from sonar_core.sync.lease import Lease
from sonar_core.sync.roll import MOST_ASKED, Ended, Heard, OnRoll, Roll, ended
from sonar_desktop.usecases.door_ports import ServerDoor
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.identity_ports import Keys, Premises
from sonar_desktop.usecases.open_pc import OpenPc
from sonar_desktop.usecases.ports import Writing
from sonar_desktop.usecases.sign_in import (
    LeaseEndedByServerError,
    actor_of,
    ended_error,
    heard_of,
    kept_lease,
    roll_setting,
)


class EndedLease(msgspec.Struct, frozen=True, kw_only=True):
    """Whose lease ended before its time, why, and the generation of their credentials now."""

    user: str
    why: Ended
    gen: int


def hear_roll(keys: Keys, opened: OpenPc, door: ServerDoor) -> tuple[EndedLease, ...]:
    """Return everybody who can sign in here and whose lease has ended, each time it is asked.

    What ends a lease is in the store before this returns, so that it holds without the network and
    after a power cut. No key is removed: the caller knows who is at work. Raises KnownError with
    nothing kept: no network, a word that is not the server's.
    """
    users = [one.member.user for one in keys.known()]
    found: list[EndedLease] = []
    for start in range(0, len(users), MOST_ASKED):
        signed = door.roll(users[start : start + MOST_ASKED])
        found += _taken(opened, keys.checked_roll(signed, opened.pc))
    return tuple(found)


def taken_back(premises: Premises, opened: OpenPc, user: str) -> LeaseEndedByServerError | None:
    """Ask why the server refuses a person whom this PC knows; None where it is for nothing here."""
    door = premises.door(opened.server, opened.pc.device, opened.identity)
    try:
        door.hello()
        found = hear_roll(premises.keys, opened, door)
    except KnownError:
        return None
    return next((ended_error(one.why) for one in found if one.user == user), None)


def _taken(opened: OpenPc, roll: Roll) -> Iterator[EndedLease]:
    for one in roll.people:
        kept = kept_lease(opened.opened, one.user)
        if kept is None:
            continue
        lease = bodies.decode(kept.body, Lease)
        heard = _heard(opened, lease, one, roll.issued_ms)
        why = ended(lease, heard)
        if why is not None and heard is not None:
            yield EndedLease(user=one.user, why=why, gen=heard.cred_gen)


def _heard(opened: OpenPc, lease: Lease, said: OnRoll, issued_ms: int) -> Heard | None:
    """Keep what is news; return what holds now."""
    before = heard_of(opened.opened, said.user)
    fresh = Heard(cred_gen=said.cred_gen, is_open=said.is_open, issued_ms=issued_ms)
    if before is None:
        is_news = ended(lease, fresh) is not None
    else:
        is_same = (before.cred_gen, before.is_open) == (fresh.cred_gen, fresh.is_open)
        is_news = not is_same and issued_ms >= before.issued_ms
    if not is_news:
        return before

    def keep(writing: Writing) -> None:
        writing.put_setting(roll_setting(said.user), msgspec.json.encode(fresh).decode())

    opened.opened.store.write(actor_of(lease), "hear_roll", keep)
    return fresh
