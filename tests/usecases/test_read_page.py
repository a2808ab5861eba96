"""The whole page of a record in one reading: its parts are those that are read apart."""

from __future__ import annotations

from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_desktop.usecases.order_medicine import order_medicine
from sonar_desktop.usecases.read_chart import read_chart
from sonar_desktop.usecases.read_observations import read_observations
from sonar_desktop.usecases.read_page import read_page
from sonar_desktop.usecases.read_record import read_record
from sonar_desktop.usecases.read_timeline import read_timeline
from sonar_desktop.usecases.record_observations import Observing, record_observations
from sonar_desktop.usecases.review_allergies import review_allergies
from tests.usecases.clinic import MEASURED, admitted, paracetamol
from tests.usecases.fakes import FakeStore, make_desk, signing, store_of


def test_a_page_shows_what_its_parts_show():
    desk = make_desk()
    found = admitted(desk)
    review_allergies(desk, found.patient, AllergyKnowledge.NONE_KNOWN)
    order_medicine(desk, paracetamol(found.episode))
    record_observations(desk, Observing(signing=signing(desk, found.episode, 5), measured=MEASURED))
    page = read_page(desk, found.episode)
    assert page.head == read_record(desk, found.episode)
    assert page.observed == read_observations(desk, found.episode)
    assert page.chart == read_chart(desk, found.episode)
    assert page.timeline == read_timeline(desk, found.episode)
    assert (len(page.observed), len(page.chart)) == (1, 1)


def test_a_page_is_read_from_one_state_of_the_store(monkeypatch):
    desk = make_desk()
    found = admitted(desk)
    looks = []
    read = store_of(desk).read
    monkeypatch.setattr(FakeStore, "read", lambda _self, look: looks.append(look) or read(look))
    read_page(desk, found.episode)
    assert len(looks) == 1
