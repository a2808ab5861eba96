from __future__ import annotations

import pytest

from sonar_core.clinical.acvpu import Acvpu, assess_consciousness, read_acvpu
from sonar_core.clinical.refusal import ClinicalRefusal


@pytest.mark.parametrize(
    ("letter", "news2", "alert", "critical"),
    [
        ("A", 0, False, False),
        ("C", 3, True, False),
        ("V", 3, True, False),
        ("P", 3, True, True),
        ("U", 3, True, True),
    ],
)
def test_every_level_but_alert_scores_3_and_calls_somebody(letter, news2, alert, critical):
    found = assess_consciousness(read_acvpu(letter))

    assert (found.level, found.news2, found.alert, found.critical) == (
        Acvpu(letter),
        news2,
        alert,
        critical,
    )


@pytest.mark.parametrize("text", ["a", " A", "A\n"])
def test_a_small_letter_is_accepted_as_the_capital(text):
    assert read_acvpu(text) is Acvpu.ALERT


@pytest.mark.parametrize(
    "text", ["", " ", "Alert", "AV", "D", "Ａ", "0", "long-standing confusion, unchanged"]
)
def test_what_is_no_letter_is_refused_and_long_standing_confusion_is_explained(text):
    with pytest.raises(ClinicalRefusal, match="record long-standing confusion as A with a note"):
        read_acvpu(text)
