from __future__ import annotations

from sonar_core.sync.roll import Ended
from sonar_desktop.ui.viewmodels.sign_in_words import CLOSED, TYPED, farewell_words


def test_why_somebody_had_to_leave_is_said_with_what_became_of_their_words():
    assert farewell_words(None, are_drafts_kept=True) == ("", "")
    headline, kept = farewell_words(Ended.CLOSED, are_drafts_kept=True)
    assert (headline, TYPED in kept) == (CLOSED[0], True)
    _, not_kept = farewell_words(Ended.PASSWORD, are_drafts_kept=False)
    assert TYPED not in not_kept
    assert "{typed}" not in not_kept
