from __future__ import annotations

import pytest

from sonar_core import bodies
from sonar_core.ids import to_bytes
from sonar_core.records.practitioner import Practitioner, PractitionerRole, Role
from sonar_core.sync.rows import provenance_of
from sonar_server import administration
from sonar_server.administration import AdministrationError, NewPerson
from sonar_server.store.database import Database
from tests.postgres import PASSWORD, for_superuser
from tests.server.pc import Pc


def new_person(site: str, username: str = "dprice") -> NewPerson:
    return NewPerson(
        username=username, name="Daniel Price", initials="DP", role=Role.PARAMEDIC, sites=(site,)
    )


def test_an_organisation_is_made_once(fresh_central):
    owned = Database(for_superuser(fresh_central.database.url), connections=1)
    with pytest.raises(AdministrationError, match="already"):
        administration.initialise(
            owned, fresh_central.keys, name="Again", recovery_public=bytes(32)
        )
    owned.close()


def test_a_recovery_key_has_two_halves():
    private, public = administration.new_recovery_key()
    assert (len(private), len(public)) == (32, 32)
    assert private != public


def test_two_sites_do_not_share_a_name(central, site):
    with pytest.raises(AdministrationError, match="of that name"):
        administration.add_site(central, site.name)


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "", "../etc"])
def test_a_site_stands_in_a_real_time_zone(central, zone):
    with pytest.raises(AdministrationError, match="time zone"):
        administration.add_site(central, "Elsewhere", zone)


def test_a_site_is_found_by_name_or_id(central, site):
    assert administration.site_named(central, site.name) == site
    assert administration.site_named(central, site.id) == site
    with pytest.raises(AdministrationError, match="no site"):
        administration.site_named(central, "Nowhere")


def test_a_new_account_is_published_with_its_role(fresh_central):
    site = administration.site_named(fresh_central, "Northfield")
    person = administration.add_person(fresh_central, new_person(site.id), PASSWORD)
    code = administration.new_device_code(fresh_central, site)
    pc = Pc.enrolled_in_process(fresh_central, code, person.user)
    who, role = pc.copy(pc.enrolled.scopes[0]).rows[-2:]
    practitioner = bodies.decode(who.body, Practitioner)
    assert (practitioner.id, practitioner.name) == (person.user, "Daniel Price")
    held = bodies.decode(role.body, PractitionerRole)
    assert (held.practitioner, held.role, held.sites) == (person.user, Role.PARAMEDIC, (site.id,))
    made = provenance_of(who.provenance)
    assert made.author == fresh_central.organisation.server_id
    assert made.groups == ("practitioner",)
    assert who.id == to_bytes(person.user)


def test_two_accounts_do_not_share_a_username_in_any_case(central, site, person):
    again = new_person(site.id, username=f" {person.username.upper()}")
    with pytest.raises(AdministrationError, match="of that name"):
        administration.add_person(central, again, PASSWORD)


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 257])
def test_a_password_too_short_or_too_long_is_not_taken(central, site, password):
    with pytest.raises(AdministrationError, match="at least 12"):
        administration.add_person(central, new_person(site.id), password)


def test_a_code_is_128_bits_in_groups(central, site):
    codes = {administration.new_device_code(central, site) for _ in range(20)}
    assert len(codes) == 20
    assert all(len(code.replace("-", "")) == 26 for code in codes)
