from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF

from sonar_desktop.ui.theme import fonts
from sonar_desktop.ui.theme.type_scale import STYLES


@pytest.fixture(autouse=True)
def _registered(qapp):
    assert fonts.register() is True


def test_the_family_is_inter_in_all_four_weights():
    for weight in (400, 500, 600, 700):
        info = QFontInfo(fonts.sized_font(13, weight))
        assert info.family() == "Inter"
        assert info.weight() == weight


@pytest.mark.parametrize("style", list(STYLES))
def test_a_style_has_its_size_and_weight_and_grows(style):
    font = fonts.make_font(style, 200)
    assert font.pixelSize() == STYLES[style].px * 2
    assert font.weight() == STYLES[style].weight


def test_figures_are_all_as_wide_as_each_other():
    metrics = QFontMetricsF(fonts.make_font("strong", 100))
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("8888")


def test_the_three_features_are_on_and_the_zero_is_not_slashed():
    font = fonts.make_font("body", 100)
    values = {name: font.featureValue(QFont.Tag(name)) for name in fonts.FEATURES}
    assert values == {"tnum": 1, "cv05": 1, "cv08": 1}
    assert not font.isFeatureSet(QFont.Tag("zero"))


def test_without_the_bundled_family_the_log_says_so(monkeypatch, expect_log):
    expect_log("bundled font family not available")
    monkeypatch.setattr(fonts, "FAMILY", "No Such Family")
    assert fonts.register() is False
