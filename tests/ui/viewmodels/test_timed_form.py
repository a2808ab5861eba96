"""A form that asks when: now, unless another time is typed."""

from __future__ import annotations

import pytest

from sonar_desktop.ui.viewmodels.timed_form import TimedDraft, TimedForm
from tests.ui.conftest import START_MS


class Only(TimedForm[TimedDraft]):
    """A form with nothing but its time."""

    time_flaw = "released_at"

    def check(self):
        flaw = self.time.flaw
        return {} if flaw is None else {"released_at": flaw}


@pytest.fixture
def form(workplace, seed):
    made = Only(workplace, "only", seed.admit().episode, TimedDraft())
    yield made
    made.close()


def test_no_time_typed_means_now_and_is_not_echoed(form):
    assert (form.time.moment.utc_ms, form.time_words) == (START_MS, "")


def test_a_time_before_is_echoed_with_how_late_it_is(form):
    form.type_time("-30m")
    assert form.time_words == "14-Nov-2026 14:02 This happened 30min ago."


def test_the_question_about_a_time_ahead_stands_under_the_form_s_own_name(form):
    form.type_time("15:00")
    assert not form.is_ready()
    assert form.flaws["released_at"].keep == "Keep"
    form.keep_time()
    assert form.is_ready()


def test_a_time_that_is_ahead_of_this_pc_alone_is_not_asked_back(form, hand_clock):
    hand_clock.hear(hand_clock.now_ms() + 60 * 60_000)
    form.type_time("15:00")
    assert form.is_ready()


def test_the_guess_is_taken_with_one_press_and_shown(qtbot, form):
    form.type_time("25-Nov-2026 14:00")
    assert not form.is_ready()
    flaw = form.flaws["released_at"]
    with qtbot.waitSignal(form.restored):
        form.fix_time()
    assert form.entry.when.typed == (flaw.guess or "25-Nov-2026 14:00")
    assert form.flaws == {}
