"""Words of the sync panel: what an entry is called, and why one is held back (ux.md 9.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sonar_core.moments import DAY_MS, format_duration
from sonar_core.records.kinds import ScopeKind
from sonar_core.sync.grants import CopyState
from sonar_core.sync.healing import CopyIncident
from sonar_core.sync.messages import Reason
from sonar_desktop.usecases.sync_ports import SyncStatus, Waiting

CLOCK_WRONG_MS: Final = 2 * 60_000
INCIDENT_SHOWN_MS: Final = 7 * DAY_MS
"""How long it is said that this PC's copy was put right."""
KIND_WORDS: Final = {
    "ObservationSet": "Observations",
    "Assessment": "Assessment",
    "FitnessOutcome": "Fitness decision",
    "OutcomeTold": "Custody officer told",
    "Note": "Note",
    "MedicationAdministration": "Dose",
    "MedicationRequest": "Medicine order",
    "ConflictResolution": "Decision on two versions",
    "AccessEvent": "Access note",
    "UnconfirmedPractitioner": "Who opened an envelope",
    "Patient": "Person's details",
    "CustodyEpisode": "Custody details",
    "Referral": "Referral",
    "AllergyStatus": "Allergy status",
    "AllergyIntolerance": "Allergy",
    "Flag": "Marker",
    "CareLevel": "Level of observation",
    "Task": "Task",
}

HELD_WORDS: Final = {
    Reason.DAMAGED: (
        "The entry does not match its seal.",
        "Do not enter it again. Call support and give the number {id}.",
    ),
    Reason.MISSING_PARENT: (
        "The server does not have the record that this entry belongs to yet.",
        (
            "Nothing to do: it is looked at again by itself when that record arrives. Call support "
            "if it stays a day."
        ),
    ),
    Reason.NEWER_SCHEMA: (
        "This entry was made with a newer version of the form than the server knows.",
        (
            "Nothing to do: it is taken after the server's next update. Call support if it stays a "
            "day."
        ),
    ),
    Reason.BAD_SIGNATURE: (
        "The entry does not match its seal.",
        "Do not enter it again. Call support and give the number {id}.",
    ),
}
HELD_BY_NEWER: Final = (
    "The server holds this entry back for a reason that only a newer version of SONAR knows.",
    "Do not enter it again: it is safe on this PC and centrally. Ask IT for the update.",
)
HELD_OTHERWISE: Final = (
    "The server did not take this entry.",
    "Do not enter it again: it is safe on this PC. Call support and give the number {id}.",
)

COPIED: Final = "Copied or put back. What is on it is sent. Tell IT."
REMOVAL_PAUSED: Final = (
    "Old records",
    "Kept: more would have left than expected. Nothing was removed. Keep working and tell IT.",
)
_SCOPE_WORDS: Final = {
    ScopeKind.CLINICAL: "Clinical records",
    ScopeKind.MEDICINES: "Medicines records",
}
_REVOKED_WORDS: Final = {
    CopyState.REVOKED: (
        "Withdrawn from this PC by your organisation. They leave it once everything that was "
        "entered here is sent; nothing is lost."
    ),
    CopyState.GOING: (
        "Withdrawn from this PC by your organisation. Only people of whom somebody still writes "
        "here are left: sign or discard the drafts."
    ),
    CopyState.AGAIN: "Given back to this PC. They are fetched anew in a moment.",
    CopyState.GONE: (
        "Not on this PC: withdrawn by your organisation. What is entered here is sent all the same."
    ),
}
KEEP_WORKING: Final = "You can keep working"
PUT_BACK: Final = (
    "Comparing with the server",
    (
        "The server was put back to an earlier state. This PC gives back by itself what the server "
        "lost. You can keep working."
    ),
)


def put_right(status: SyncStatus | None) -> list[tuple[str, str]]:
    """Return the panel's lines about what happened to the copies, none where nothing did."""
    found: list[tuple[str, str]] = []
    if status is not None and status.given_back is not None:
        found.append(("Server put back", f"{changes(status.given_back)} sent again"))
    if status is not None and status.incarnation is not None:
        found.append(("This PC's disk", COPIED))
    if status is not None and status.is_removal_frozen:
        found.append(REMOVAL_PAUSED)
    return found


def clock_wrong(error_ms: int | None) -> str:
    """Return what is said of a clock that is wrong by more than two minutes, else nothing."""
    if error_ms is None or abs(error_ms) < CLOCK_WRONG_MS:
        return ""
    way = "fast" if error_ms > 0 else "slow"
    return (
        f"This PC's clock is {format_duration(abs(error_ms))} {way}. Times you enter are kept "
        "and marked."
    )


def entries_lost(count: int) -> str:
    """Return what is said of records that the server lost and nobody has given back yet."""
    what = "1 record" if count == 1 else f"{count} records"
    return f"{what}: the server lost {'it' if count == 1 else 'them'}. Kept here. Tell IT."


def revoked_lines(copies: Mapping[str, CopyState]) -> list[tuple[str, str]]:
    """Return the panel's lines about scopes that this PC may not hold, by their names."""
    return [
        (_SCOPE_WORDS[ScopeKind(scope.rpartition("/")[2])], _REVOKED_WORDS[state])
        for scope, state in sorted(copies.items())
    ]


def incident_words(incident: CopyIncident | None, now_ms: int, say: Callable[[int], str]) -> str:
    """Return what is said of a copy that was not the server's; `say` returns words for a time.

    For some days after it was put right; empty when there is nothing to say.
    """
    if incident is None:
        return ""
    found = say(incident.found_ms)
    if incident.healed_ms is None:
        return copy_differs(found)
    if now_ms - incident.healed_ms > INCIDENT_SHOWN_MS:
        return ""
    return copy_healed(found, incident.records, say(incident.healed_ms))


def not_seen(since: str) -> str:
    """Return what this PC cannot know since a time of day, empty where that is not known."""
    return (
        f"Not shown here: doses and notes entered on other PCs since "
        f"{since or 'this PC was last in contact'}. Check by phone before giving a medicine that "
        "another suite may have given."
    )


def copy_healed(found: str, records: int, healed: str) -> str:
    """Return what is said of records that were put right; the arguments are times of day."""
    if not records:
        return (
            f"{found}: this PC's check sum over its records was wrong; the records themselves were "
            f"right. Put right at {healed}. Nothing that you entered was changed."
        )
    what = "1 record" if records == 1 else f"{records} records"
    return (
        f"{found}: {what} on this PC differed from the server's copy. Put right from the server at "
        f"{healed}. Nothing that you entered was changed."
    )


def copy_differs(found: str) -> str:
    """Return what is said of a copy that is not put right yet."""
    return (
        f"{found}: this PC found that its copy is not as the server holds it. It is compared again "
        "by itself. What you enter is safe; check what others entered on another PC."
    )


def why_held(reason: Reason) -> tuple[str, str]:
    """Return why an entry is held back, and what to do; `{id}` stands for the entry's number."""
    if reason not in {*Reason}:
        return HELD_BY_NEWER
    return HELD_WORDS.get(reason, HELD_OTHERWISE)


def changes(count: int) -> str:
    """Return ``1 change`` or ``14 changes``."""
    return "1 change" if count == 1 else f"{count} changes"


def unsent(waiting: Waiting) -> str:
    """Return ``14 changes are``, ``The access log is`` where only that waits, empty for nothing."""
    if waiting.entries:
        return f"{changes(waiting.entries)} {are(waiting.entries)}"
    return "The access log is" if waiting.access_lines else ""


def saved_here(waiting: Waiting) -> str:
    """Return what the strip says of it while there is no network."""
    words = unsent(waiting)
    if words:
        return f"{words} saved on this PC and waiting to send."
    return (
        "Nothing waits to be sent. What you enter is saved on this PC and sent when the network "
        "is back."
    )


def waits_safely(waiting: Waiting) -> str:
    """Return what the pill says of it while sending has stopped."""
    if waiting.entries:
        return f"{waiting.entries} waiting, safe on this PC"
    return "Access log waiting" if waiting.access_lines else "Nothing waiting"


def sending(waiting: Waiting) -> str:
    """Return ``Sending 14 changes``, ``Sending access log`` where only that is sent."""
    what = changes(waiting.entries) if waiting.entries else "access log"
    return f"Sending {what}" if waiting.operations else "Sending"


def lines(count: int) -> str:
    """Return ``1 line`` or ``7 lines``."""
    return "1 line" if count == 1 else f"{count} lines"


def are(count: int) -> str:
    """Return the verb for so many."""
    return "is" if count == 1 else "are"


def needs(count: int) -> str:
    """Return the verb for so many."""
    return "needs" if count == 1 else "need"
