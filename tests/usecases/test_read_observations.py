from __future__ import annotations

from sonar_core.records.observation_set import ObservationSet
from sonar_desktop.usecases.read_observations import read_observations
from sonar_desktop.usecases.record_observations import Observing, record_observations
from sonar_desktop.usecases.strike_out import strike_out
from tests.usecases.clinic import MEASURED, admitted
from tests.usecases.fakes import make_desk, signing


def test_the_trend_is_oldest_first_and_leaves_out_what_was_struck_out():
    desk = make_desk()
    found = admitted(desk)
    made = [
        record_observations(
            desk, Observing(signing=signing(desk, found.episode, ago), measured=MEASURED)
        )[0].id
        for ago in (5, 60, 30)
    ]
    strike_out(desk, ObservationSet, made[2], "Measured on another person")
    assert [one.id for one in read_observations(desk, found.episode)] == [made[1], made[0]]
