from __future__ import annotations

from sonar_core.moments import moment_at
from sonar_desktop.ui.screens.observation_cards import ScoreCard, TrendCard
from sonar_desktop.ui.viewmodels.observation_score import ScoreFace
from sonar_desktop.ui.viewmodels.trend import Window, trend_of

FACE = ScoreFace(
    band="high",
    total=7,
    headline="High",
    detail="NEWS2 total 7 of 20, all 7 parts entered",
    plan="Emergency response.",
    tone="danger",
    course="Rising: 6, 7",
    is_worse=True,
    sub_scores={},
    missing=frozenset(),
    is_for_this_person=True,
)


def test_a_score_is_number_word_shape_and_the_local_plan(qtbot, light):
    card = ScoreCard()
    qtbot.addWidget(card)
    card.show()
    card.show_face(FACE)
    assert card.headline.text() == "High"
    assert card.headline.property("tone") == "danger"
    assert card.mark.text() == "NEWS2 7, high"
    assert card.plan.isVisible()


def test_the_trend_card_asks_for_another_window(qtbot, light):
    card = TrendCard()
    qtbot.addWidget(card)
    card.show()
    now = moment_at(1_794_666_720_000, "Europe/London")
    card.show_trend(trend_of([], None, Window.TWO_HOURS, now))
    assert "no readings yet" in card.chart.text().lower()
    with qtbot.waitSignal(card.window_chosen) as caught:
        card.window_choice.segments[1].click()
    assert caught.args == [1]
