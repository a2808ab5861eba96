from __future__ import annotations

from sonar_desktop.vault.people import Person, SignInWith
from tests.vault.world import LEASE_END_MS, PRIYA, TOM, TOMS


def test_the_sign_in_page_lists_people_by_name_with_what_their_tile_shows(pc):
    vault = pc.enrolled()
    vault.add_password_slot(TOM, TOMS, gen=3, not_after_ms=LEASE_END_MS)
    adam = Person(user="user-adam", display_name="adam Zielinski", initials="AZ", role="doctor")
    vault.add_password_slot(adam, "granite whistle fern", gen=1, not_after_ms=LEASE_END_MS)
    vault.envelopes.make()
    listed = pc.started().users()
    assert [known.person for known in listed] == [adam, PRIYA, TOM]
    assert listed[2].gen == 3
    assert listed[2].not_after_ms == LEASE_END_MS
    assert {known.sign_in_with for known in listed} == {SignInWith.PASSWORD}


def test_the_words_of_a_tile_are_those_on_the_screen():
    assert [way.value for way in SignInWith] == ["PIN", "Password", "Online sign-in"]
