from __future__ import annotations

import pytest

from sonar_desktop.ui.theme.assets import resource
from sonar_desktop.ui.theme.tokens import COLOURS
from sonar_desktop.ui.widgets.painters.faces import (
    BAND_WORDS,
    SYNC_ICONS,
    SYNC_WORDS,
    NewsBand,
    SyncMark,
    news2_words,
)


def test_a_score_is_said_with_its_number_and_word():
    assert news2_words(NewsBand.MEDIUM, 6) == "NEWS2 6, medium"
    assert news2_words(NewsBand.LOW_MEDIUM, 3) == "NEWS2 3, low-medium"
    assert news2_words(NewsBand.HIGH, 7) == "NEWS2 7, high"


@pytest.mark.parametrize(
    ("band", "total"), [(NewsBand.NOT_SCORED, None), (NewsBand.NOT_SCORED, 3), (NewsBand.LOW, None)]
)
def test_a_score_with_a_part_missing_has_no_number(band, total):
    assert news2_words(band, total) == "NEWS2 not scored"


def test_every_band_and_sync_mark_has_words_and_a_shape():
    assert set(BAND_WORDS) == set(NewsBand)
    assert set(SYNC_WORDS) == set(SYNC_ICONS) == set(SyncMark)
    icons = [icon for icon, _ in SYNC_ICONS.values()]
    assert len(set(icons)) == len(icons)
    for icon, token in SYNC_ICONS.values():
        assert resource("icons", "lucide", f"{icon}.svg").exists()
        assert token in COLOURS
