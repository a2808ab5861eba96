from __future__ import annotations

from sonar_core import bodies
from sonar_core.records.practitioner import Practitioner
from sonar_core.records.retirement import Retirement
from sonar_core.sync.retirement import RETIREMENT, RULE
from sonar_server.own_rows import first_version
from tests.server.pc import new_id


def test_a_row_of_the_server_says_so(central):
    person = Practitioner(id=new_id(), name="Rhona Okafor", initials="RO")
    version = first_version(central, person, intent="add_user", zone="Europe/London").version
    assert (version.kind, version.id, version.version) == ("Practitioner", person.id, 1)
    assert (version.patient, version.episode) == (None, None)
    assert bodies.decode(version.body, Practitioner) == person
    written = version.provenance
    assert written.author == written.device == central.organisation.server_id
    assert (written.intent, written.recorded_at.zone) == ("add_user", "Europe/London")
    assert written.received_ms == written.recorded_at.utc_ms == version.at_ms


def test_a_row_about_a_stay_names_it(central):
    word = Retirement(id=new_id(), patient=new_id(), episode=new_id(), rule=RULE)
    version = first_version(
        central, word, intent="retire", zone="UTC", patient=word.patient, episode=word.episode
    ).version
    assert (version.kind, version.patient, version.episode) == (
        RETIREMENT, word.patient, word.episode,
    )  # fmt: skip
    assert version.provenance.groups == ()
