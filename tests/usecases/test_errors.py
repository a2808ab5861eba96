from __future__ import annotations

from sonar_desktop.usecases.errors import BugError, KnownError


def test_the_sentence_for_a_person_is_not_what_a_log_would_print():
    error = KnownError("Priya Sharma cannot sign in.")
    assert error.user_message == "Priya Sharma cannot sign in."
    assert str(error) == ""
    assert "Priya" not in repr(error)


def test_a_fault_of_ours_is_not_one_that_the_user_is_told_to_mend():
    assert not issubclass(BugError, KnownError)
    assert str(BugError("two slots differ")) == "two slots differ"
