from __future__ import annotations

from sonar_core.board.timeline import EntryState
from sonar_core.board.views import CopyState
from sonar_core.records.note import Note
from sonar_desktop.usecases.read_timeline import read_timeline
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.release_detainee import release_detainee
from sonar_desktop.usecases.strike_out import strike_out
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.usecases.clinic import admitted
from tests.usecases.fakes import Server, clock_of, make_desk, signing, store_of


def test_the_timeline_is_newest_first_with_who_wrote_it_and_where_the_copy_is():
    desk = make_desk()
    found = admitted(desk)
    store_of(desk).push(Server())
    clock_of(desk).forward(1)
    write_note(desk, Noting(signing=signing(desk, found.episode), text="Slept"))
    entries = read_timeline(desk, found.episode)
    assert [entry.title for entry in entries] == ["Note", "Referral: intoxication, medication"]
    assert entries[0].who == "R Okafor, nurse"
    assert [entry.standing for entry in entries] == [CopyState.LOCAL, CopyState.CENTRAL]


def test_what_was_struck_out_stays_once_with_who_did_it_and_why():
    desk = make_desk()
    found = admitted(desk)
    note, _ = write_note(desk, Noting(signing=signing(desk, found.episode), text="Slept"))
    strike_out(desk, Note, note.id, "Written in the wrong record")
    notes = [entry for entry in read_timeline(desk, found.episode) if entry.kind == "Note"]
    assert [(entry.id, entry.state) for entry in notes] == [(note.id, EntryState.STRUCK_OUT)]
    assert notes[0].correction is not None
    assert notes[0].correction.reason == "Written in the wrong record"
    assert notes[0].correction.who == "R Okafor, nurse"


def test_what_is_the_persons_own_is_there_and_what_is_of_another_stay_is_not():
    desk = make_desk()
    first = admitted(desk)
    write_note(desk, Noting(signing=signing(desk, first.episode), text="In the first stay"))
    record_allergy(desk, first.patient, AllergyEntry(substance="Penicillin"))
    again = admitted(desk, person=None, known_patient=first.patient)
    titles = [entry.title for entry in read_timeline(desk, again.episode)]
    assert "Allergy recorded: Penicillin" in titles
    assert "Note" not in titles


def test_what_is_written_after_the_release_is_marked_so_before_it_is_sent():
    desk = make_desk()
    found = admitted(desk)
    clock_of(desk).forward(1)
    write_note(desk, Noting(signing=signing(desk, found.episode), text="Before"))
    clock_of(desk).forward(1)
    release_detainee(desk, found.episode, "Home")
    clock_of(desk).forward(1)
    write_note(desk, Noting(signing=signing(desk, found.episode), text="After"))
    record_allergy(desk, found.patient, AllergyEntry(substance="Penicillin"))
    entries = read_timeline(desk, found.episode)
    marks = {one.text: one.marks for one in entries if one.kind == "Note"}
    assert marks == {"Before": (), "After": ("after_close",)}
    [allergy] = [one for one in entries if one.kind == "AllergyIntolerance"]
    assert allergy.marks == ()


def test_the_servers_mark_is_not_said_twice():
    desk = make_desk()
    found = admitted(desk)
    clock_of(desk).forward(1)
    release_detainee(desk, found.episode, "Home")
    clock_of(desk).forward(1)
    write_note(desk, Noting(signing=signing(desk, found.episode), text="After"))
    store_of(desk).push(Server())
    [note] = [one for one in read_timeline(desk, found.episode) if one.kind == "Note"]
    assert (note.standing, note.marks) == (CopyState.CENTRAL, ("after_close",))
