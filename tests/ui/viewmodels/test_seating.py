"""Whoever signs in is given a door to the server that this PC is enrolled at."""

from __future__ import annotations

from dataclasses import replace

from sonar_desktop.ui.viewmodels.seating import seat


def test_the_door_of_the_workplace_leads_to_this_pc_s_server(enrolled):
    opened, before = enrolled.open, enrolled.workplace
    asked = []
    premises = replace(enrolled.premises, door=lambda *where: asked.append(where))
    made = seat(
        premises, opened, before.desk, before.background, before.go, before.signing, before.late
    )
    made.door()
    assert asked == [(opened.server, opened.pc.device, opened.identity)]
    assert made.keys() is premises.keys
    assert (made.pc_name, made.site_name, made.zone) == (
        opened.name,
        opened.pc.site_name,
        opened.pc.zone,
    )
    assert before.desk.actor == enrolled.admitted.actor
