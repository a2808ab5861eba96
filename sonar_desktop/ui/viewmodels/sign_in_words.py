"""The sentences of the sign-in page."""

from __future__ import annotations

from typing import Final

from sonar_core.sync.roll import Ended
from sonar_desktop.ui.viewmodels.wipe_watch import Removal

CLOSED: Final = (
    "Your account was closed",
    (
        "Your organisation closed the account of whoever was signed in, so SONAR has locked. What "
        "was recorded is saved on this PC and sent by itself. {typed}If this is a mistake, tell "
        "your manager. Somebody else can sign in now."
    ),
)
REPLACED: Final = (
    "Your password was changed",
    (
        "Sign in once by name with the new password while this PC is online; after that it works "
        "without the network. What you recorded is saved. {typed}"
    ),
)
REMOVALS: Final = {
    Removal.ORDERED: (
        "This PC is being taken out of use",
        (
            "Work on another PC. Nothing is lost: what was recorded here is sent now, drafts are "
            "kept sealed for your organisation, and then the keys and records of this PC are "
            "removed. Leave it on and connected."
        ),
    ),
    Removal.WIPED: (
        "This PC was taken out of use",
        (
            "Nobody can sign in here any more. What was recorded was sent. What this PC still "
            "holds is sealed, for your organisation alone. Leave it on and connected, and tell IT "
            "if this stays."
        ),
    ),
    Removal.DONE: (
        "This PC was taken out of use",
        (
            "Nobody can sign in here any more. All that was recorded is held centrally, and its "
            "copy here is removed. If this PC is to be used again, IT sets it up anew."
        ),
    ),
}
TYPED: Final = "What was typed and not signed is kept here as a draft, for its author only. "
NOBODY_NEW: Final = (
    "Nobody new can sign in on this PC until someone who has used it before has signed in: the "
    "records here have no key yet. A new person also needs contact with the server once."
)
NEW_NEEDS_SERVER: Final = (
    "Your first sign-in on this PC needs contact with the server. After that you can sign in here "
    "without the network."
)
NOBODY_NEW_OFFLINE: Final = (
    "The server cannot be reached, so nobody new can sign in on this PC now. People whose names "
    "are shown here can sign in as usual."
)
EMERGENCY: Final = (
    "Emergency access lets you go on for 12 hours while the server cannot be reached. Your name, "
    "the time and your reason are kept for the duty manager, and what you record is marked. "
    "Name nobody in your care in the reason."
)
ENVELOPE: Final = (
    "Gives somebody without a sign-in here 12 hours while the server cannot be reached. Works "
    "once. What you say is kept for the duty manager, and what you record is marked: nobody has "
    "confirmed who you are. Name nobody in your care."
)
ENDED: Final = "Your sign-in on this PC ended on {date}. It needs the server once."
ENDED_AWAY: Final = (
    "Your sign-in on this PC ended on {date}. Connect once, or use emergency access."
)


def farewell_words(why: Ended | None, *, are_drafts_kept: bool) -> tuple[str, str]:
    """Return why whoever was here had to leave, in a headline and a text; empty where nobody."""
    if why is None:
        return "", ""
    headline, text = CLOSED if why is Ended.CLOSED else REPLACED
    return headline, text.format(typed=TYPED if are_drafts_kept else "").strip()
