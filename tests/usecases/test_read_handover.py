from __future__ import annotations

from sonar_desktop.usecases.admit_detainee import Person
from sonar_desktop.usecases.read_handover import read_handover
from sonar_desktop.usecases.record_fitness_outcome import record_fitness_outcome
from sonar_desktop.usecases.record_observations import Observing, record_observations
from sonar_desktop.usecases.see_detainee import see_detainee
from tests.usecases.clinic import MEASURED, admitted, not_fit
from tests.usecases.fakes import make_desk, signing


def test_the_worst_is_handed_over_first_and_who_has_nothing_open_comes_last():
    desk = make_desk()
    well = admitted(desk, cell="M1", person=Person(family="Adeyemi"))
    see_detainee(desk, well.referral)
    waiting = admitted(desk, cell="M2", person=Person(family="Begum"))
    ill = admitted(desk, cell="M4")
    record_observations(desk, Observing(signing=signing(desk, ill.episode), measured=MEASURED))
    record_fitness_outcome(desk, not_fit(desk, ill.episode))
    found = read_handover(desk).list
    opened = [line.shown.row.episode for line in found.with_something_open]
    assert opened == [ill.episode, waiting.episode]
    assert [line.shown.row.episode for line in found.others] == [well.episode]
    first = found.with_something_open[0]
    assert first.situation.startswith("Not fit to be interviewed, custody officer not told.")
    assert first.assessment.startswith("NEWS2 6, medium, at 14:32.")
