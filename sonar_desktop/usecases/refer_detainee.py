"""Refer a detainee who is already in custody: a new request with its own clock."""

from __future__ import annotations

import msgspec

from sonar_core.moments import Moment
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.referral import Referral, ReferralReason, Urgency
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, require
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


class Referring(msgspec.Struct, frozen=True, kw_only=True):
    """What custody asks. `target_minutes` is the suite's response target, None if it has none."""

    episode: str
    requested_at: Moment
    requested_by: str
    reasons: tuple[ReferralReason, ...]
    urgency: Urgency = Urgency.ROUTINE
    detail: str = ""
    target_minutes: int | None = None
    draft: str | None = None


def refer_detainee(desk: Desk, referring: Referring) -> tuple[str, Changed]:
    """Write a referral; return its id. Raises InputError, RoleError."""
    require(desk.actor, Duty.RUN_STAY)
    problems = Problems()
    check_referring(referring, problems, desk)
    problems.raise_if_any()

    def act(writing: Writing) -> str:
        stay = existing(writing, CustodyEpisode, referring.episode)
        referral = new_referral(desk, stay.patient, stay.id, referring)
        writing.record(referral)
        if referring.draft is not None:
            writing.drop_draft(desk.actor.user, referring.draft)
        return referral.id

    return desk.store.write(desk.actor, "refer_detainee", act)


def check_referring(referring: Referring, problems: Problems, desk: Desk) -> None:
    """Collect what is missing from a request."""
    problems.require("requested_by", referring.requested_by, "who asked")
    if not referring.reasons:
        problems.add("reasons", "Choose a reason.")
    problems.happened("requested_at", referring.requested_at, desk.clock)
    if referring.target_minutes is not None and referring.target_minutes <= 0:
        problems.add("target_minutes", "The target must be 1 minute or more.")


def new_referral(desk: Desk, patient: str, episode: str, referring: Referring) -> Referral:
    """Return the referral to write."""
    return Referral(
        id=desk.ids.new(),
        patient=patient,
        episode=episode,
        requested_at=referring.requested_at,
        requested_by=referring.requested_by.strip(),
        reasons=referring.reasons,
        urgency=referring.urgency,
        detail=referring.detail.strip(),
        target_minutes=referring.target_minutes,
    )
