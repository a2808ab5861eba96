from __future__ import annotations

from sonar_core.moments import DAY_MS, moment_at
from sonar_desktop.ui.viewmodels.observation_loading import (
    last_signed_line,
    load,
    previous_values,
)
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.record_observations import Observing, record_observations
from sonar_desktop.usecases.score_observations import Measured


def sign(seed, stay, minutes_ago, **values):
    signing = Signing(episode=stay.episode, performed_at=seed.moment(minutes_ago))
    record_observations(seed.desk, Observing(signing=signing, measured=Measured(**values)))


def test_each_row_keeps_its_own_last_value(workplace, seed, hand_clock):
    stay = seed.admit(minutes_ago=120)
    sign(seed, stay, 60, pulse=88, pain=0, glucose="5.9", on_oxygen=True, oxygen_litres="2.0")
    sign(seed, stay, 30, pulse=92, systolic_bp=120, refused=("temperature",))
    loaded = load(workplace.desk, stay.episode)
    now = moment_at(hand_clock.now_ms(), workplace.zone)
    before = previous_values(loaded.latest, now)
    assert before["pulse"] == "92 at 14:02"
    assert before["glucose"] == "5.9 at 13:32"
    assert before["pain"] == "0 at 13:32"
    assert before["on_oxygen"] == "oxygen 2.0 L at 13:32"
    assert before["systolic_bp"] == "120/– at 14:02"
    assert before["temperature"] == "refused at 14:02"
    tomorrow = moment_at(hand_clock.now_ms() + DAY_MS, workplace.zone)
    assert previous_values(loaded.latest, tomorrow)["pulse"] == "92 at 14-Nov-2026 14:02"


def test_the_last_set_says_by_whom_and_where_it_is_kept(workplace, seed, hand_clock):
    stay = seed.admit(minutes_ago=120)
    now = moment_at(hand_clock.now_ms(), workplace.zone)
    assert last_signed_line(load(workplace.desk, stay.episode), now) == ""
    sign(seed, stay, 30, pulse=92)
    line = last_signed_line(load(workplace.desk, stay.episode), now)
    assert line == "Last 14:02 by Rhona Okafor, not scored, saved on this PC, waiting to send"
