from __future__ import annotations

from dataclasses import replace
from threading import Thread

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.ids import to_bytes
from sonar_core.moments import HOUR_MS
from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.records.patient import Patient
from sonar_core.records.site_move import SITE_MOVE, SiteMove
from sonar_core.sync.messages import (
    Reason,
    Verdict,
)
from sonar_core.sync.retirement import AFTER_HOURS, RETIREMENT
from sonar_server import administration
from sonar_server.central import Central
from sonar_server.retiring import retire_due
from sonar_server.store.places import Site
from tests.server.orders import an_order
from tests.server.pc import Pc, moment, new_id
from tests.server.suites import (
    care,
    decide,
    hashes,
    holds,
    medicines,
    moved,
    of_person,
    of_stay,
    to,
    where,
)


@pytest.fixture
def sites(central: Central) -> list[Site]:
    """Three suites of one organisation, in the order of their ids."""
    made = [administration.add_site(central, f"{name} {new_id()}") for name in "ABC"]
    return sorted(made, key=lambda site: site.id)


@pytest.fixture
def here(new_pc, sites) -> Pc:
    return new_pc(sites[0])


@pytest.fixture
def there(new_pc, sites) -> Pc:
    return new_pc(sites[1])


@pytest.fixture
def third(new_pc, sites) -> Pc:
    return new_pc(sites[2])


@pytest.fixture
def stay(here: Pc) -> CustodyEpisode:
    """A stay with a note and an order, at the first site."""
    patient, stay = here.admitted()
    here.push(*here.wrote(patient, stay))
    here.push(*here.wrote(here.note(stay, "At the first site.")))
    here.push(*here.wrote(an_order(here, stay)))
    return stay


def test_the_second_site_has_everything_and_the_first_lets_go(central, here, there, stay):
    everything = hashes(here, stay)
    moved(here, stay, there)
    assert of_stay(there, stay) == [
        "CustodyEpisode", "CustodyEpisode", "MedicationRequest", "Note",
    ]  # fmt: skip
    assert everything < hashes(there, stay)
    assert of_stay(here, stay) == []
    assert [row.kind for row in here.copy().rows[-1:]] == [RETIREMENT]
    assert [row.kind for row in here.copy(medicines(here)).rows[-1:]] == [RETIREMENT]
    assert [row.kind for row in of_person(here, stay)] == ["Patient", SITE_MOVE]
    assert where(here, stay) == where(there, stay) == [there.enrolled.site]
    holds(central, here, there)


def test_a_site_that_has_nothing_to_do_with_it_hears_nothing(central, here, there, third, stay):
    moved(here, stay, there)
    assert third.copy().rows == []
    holds(central, third)


def test_the_word_says_who_moved_them_and_when(here, there, stay):
    moved(here, stay, there)
    (word,) = [row for row in of_person(there, stay) if row.kind == SITE_MOVE]
    move = bodies.decode(word.body, SiteMove)
    assert (move.patient, move.stay, move.moved_at) == (stay.patient, stay.id, moment())
    assert move.suites[0].name.split()[0] in "ABC"


def test_a_late_entry_of_the_first_site_is_in_both_logs_and_counts_at_the_second(
    central, here, there, stay
):
    late = here.wrote(here.note(stay, "Written before I heard of it."))
    here_too = to_bytes(stay.id)
    receipts = here.push(*late, *to(here, stay, there.enrolled.site))
    assert {receipt.verdict for receipt in receipts} == {Verdict.APPLIED}
    (receipt,) = here.push(*here.wrote(here.note(stay, "And after.")))
    assert receipt.verdict is Verdict.APPLIED
    assert of_stay(there, stay).count("Note") == 3
    assert of_stay(here, stay) == []
    rows = [row for row in here.copy().rows if row.kind == "Note" and row.episode == here_too]
    assert b"And after." in rows[-1].body, "their PC hears what became of it"
    holds(central, here, there)


def test_what_was_written_at_the_second_site_comes_with_a_late_entry_and_goes_again(
    central, here, there, stay
):
    moved(here, stay, there)
    there.push(*there.wrote(there.note(stay, "At the second site.")))
    here.push(*here.wrote(here.note(stay, "Late.")))
    sent = [row for row in here.copy().rows if row.kind == "Note"]
    (came,) = [row for row in sent if b"At the second site." in row.body]
    (late,) = [row for row in sent if b"Late." in row.body]
    assert came.commit_no < late.commit_no, "the stay comes back whole, then the entry"
    again = [row for row in here.copy().rows if row.commit_no == came.commit_no]
    assert {row.kind for row in again} == {"CustodyEpisode", "Note"}, "and in one commit"
    assert of_stay(here, stay) == []
    assert of_stay(there, stay).count("Note") == 3
    holds(central, here, there)


def test_a_late_entry_is_decided_against_the_second_site_and_both_see_the_conflict(
    central, here, there, stay
):
    moved(here, stay, there)
    there.push(*there.wrote(care(there, stay, 2)))
    (receipt,) = here.push(*here.wrote(care(here, stay, 4)))
    assert receipt.verdict is Verdict.CONFLICT
    assert "Conflict" in of_stay(here, stay)
    assert "Conflict" in of_stay(there, stay)
    assert of_stay(here, stay) == of_stay(there, stay), "whole on both sides while it is open"
    holds(central, here, there)
    there.push(*there.wrote(there.note(stay, "While it is open.")))
    assert of_stay(here, stay) == of_stay(there, stay)
    decide(there, stay)
    assert of_stay(here, stay) == []
    assert of_stay(there, stay).count("Conflict") == 2
    holds(central, here, there)


def test_what_is_the_persons_alone_is_current_at_both_sites(central, here, there, stay):
    (patient,) = [row for row in here.copy().counting if row.kind == "Patient"]
    moved(here, stay, there)
    record = bodies.decode(patient.body, Patient)
    (receipt,) = there.push(*there.edited(record, 1, family="OTHERWISE"))
    assert receipt.verdict is Verdict.APPLIED
    newest = max(
        (row for row in of_person(here, stay) if row.kind == "Patient"),
        key=lambda row: row.version,
    )
    assert b"OTHERWISE" in newest.body
    (receipt,) = here.push(*here.edited(record, 1, family="ELSE"))
    assert receipt.verdict is Verdict.CONFLICT, "decided against what the other site wrote"
    assert hashes(here, stay) < hashes(there, stay)
    holds(central, here, there)


def test_two_pcs_that_move_somebody_to_different_sites_leave_it_to_a_person(
    central, new_pc, sites, here, there, third, stay
):
    other = new_pc(sites[0])
    here.push(*to(here, stay, there.enrolled.site))
    (receipt,) = other.push(*to(other, stay, third.enrolled.site))
    assert receipt.verdict is Verdict.CONFLICT
    for pc in (here, there, third):
        assert "Conflict" in of_stay(pc, stay), "who may have the person sees them, and who knew"
        assert sorted(where(pc, stay)) == sorted([there.enrolled.site, third.enrolled.site])
    holds(central, here, there, third)
    decide(here, stay, side=1)
    assert of_stay(here, stay) == of_stay(there, stay) == []
    assert "CustodyEpisode" in of_stay(third, stay)
    assert where(here, stay) == where(there, stay) == where(third, stay) == [third.enrolled.site]
    holds(central, here, there, third)


def test_a_move_and_a_release_that_did_not_see_each_other_both_stand(
    central, new_pc, sites, here, there, stay
):
    other = new_pc(sites[0])
    here.push(
        *here.edited(
            stay, 1, status=EpisodeStatus.RELEASED, released_at=moment(), released_to="home"
        )
    )
    (receipt,) = other.push(*to(other, stay, there.enrolled.site))
    assert receipt.verdict is Verdict.CONFLICT
    assert "CustodyEpisode" in of_stay(there, stay), "they may be there"
    assert "CustodyEpisode" in of_stay(here, stay)
    holds(central, here, there)


def test_there_and_back(central, here, there, stay):
    there_now = moved(here, stay, there)
    there.push(*there.wrote(there.note(stay, "At the second site.")))
    moved(there, there_now, here, base=2)
    assert of_stay(there, stay) == []
    assert of_stay(here, stay).count("Note") == 2
    assert where(here, stay) == where(there, stay) == [here.enrolled.site]
    assert hashes(there, stay) < hashes(here, stay)
    holds(central, here, there)
    here.push(*here.wrote(here.note(stay, "Back.")))
    back = moved(here, msgspec.structs.replace(stay, site=here.enrolled.site), there, base=3)
    assert back.site == there.enrolled.site
    assert of_stay(there, stay).count("Note") == 3
    assert of_stay(here, stay) == []
    holds(central, here, there)


def test_earlier_stays_come_with_the_person_and_stay_where_they_were_for_their_time(
    central, here, there, stay
):
    here.push(
        *here.edited(
            stay, 1, status=EpisodeStatus.RELEASED, released_at=moment(), released_to="home"
        )
    )
    again = msgspec.structs.replace(stay, id=new_id(), custody_record_number="NF/2")
    here.push(*here.wrote(again))
    moved(here, again, there)
    assert of_stay(here, again) == []
    assert of_stay(here, stay) == of_stay(there, stay) != []
    here.push(*here.wrote(here.note(stay, "About the first arrest.")))
    assert of_stay(here, stay) == of_stay(there, stay)
    holds(central, here, there)


def test_who_is_arrested_again_at_the_first_site_has_what_was_written_at_the_second(
    central, here, there, stay
):
    there_now = moved(here, stay, there)
    there.push(*there.wrote(there.note(stay, "At the second site.")))
    there.push(
        *there.edited(
            there_now, 2, status=EpisodeStatus.RELEASED, released_at=moment(), released_to="home"
        )
    )
    assert of_stay(here, stay) == []
    again = msgspec.structs.replace(stay, id=new_id(), custody_record_number="NF/2")
    here.push(*here.wrote(again))
    assert of_stay(here, stay) == of_stay(there, stay) != []
    assert of_stay(there, again) == [], "they are not there"
    assert where(here, stay) == where(there, stay) == [here.enrolled.site]
    holds(central, here, there)


def test_what_waited_at_the_second_site_for_the_person_is_decided_when_they_come(
    central, here, there, stay
):
    """As after a restore: the second site gives back what it wrote before the move is back."""
    (receipt,) = there.push(*there.wrote(there.note(stay, "Given back.")))
    assert (receipt.verdict, receipt.reason) == (Verdict.QUARANTINED, Reason.MISSING_PARENT)
    moved(here, stay, there)
    assert of_stay(there, stay).count("Note") == 2
    (news,) = there.link.push(there.batch()).receipts
    assert news.verdict is Verdict.APPLIED
    holds(central, here, there)


def test_nobody_is_put_where_there_is_no_suite(central, here, stay):
    before = here.copy().cursor
    (receipt,) = here.push(*to(here, stay, new_id()))
    assert (receipt.verdict, receipt.reason) == (Verdict.QUARANTINED, Reason.DAMAGED)
    assert here.copy().cursor == before
    (receipt,) = here.push(*here.wrote(msgspec.structs.replace(stay, id=new_id(), site=new_id())))
    assert receipt.reason is Reason.DAMAGED


def test_who_is_booked_in_for_another_suite_is_there(central, here, there, stay):
    """A PC that was carried to another suite goes on under its own."""
    other = msgspec.structs.replace(stay, id=new_id(), site=there.enrolled.site)
    here.push(*here.wrote(other))
    assert of_stay(there, other) == ["CustodyEpisode"]
    assert of_stay(here, other) == []
    assert of_stay(here, stay) != [], "the first stay goes on here"
    assert of_stay(there, stay) == []
    holds(central, here, there)


def test_a_stay_that_ended_at_the_second_site_leaves_it_by_time(central, here, there, stay):
    there_now = moved(here, stay, there)
    there.push(
        *there.edited(
            there_now, 2, status=EpisodeStatus.RELEASED, released_at=moment(), released_to="home"
        )
    )
    later = replace(central, now_ms=lambda: central.now_ms() + AFTER_HOURS * HOUR_MS)
    retire_due(later)
    assert of_stay(there, stay) == []
    (receipt,) = here.push(*here.wrote(here.note(stay, "Very late.")))
    assert receipt.verdict is Verdict.APPLIED
    assert of_stay(here, stay).count("Note") == 2
    holds(central, here, there)
    there.push(*there.wrote(there.note(stay, "Later still.")))
    assert of_stay(there, stay).count("Note") == 3
    holds(central, here, there)


def test_two_sites_that_write_of_one_person_at_once_wait_for_each_other_and_lose_nothing(
    central, here, there, stay
):
    moved(here, stay, there)
    failed: list[Exception] = []

    def write(pc: Pc) -> None:
        try:
            for number in range(10):
                pc.push(*pc.wrote(pc.note(stay, f"Note {number}")))
        except Exception as error:  # noqa: BLE001 told by the test
            failed.append(error)

    threads = [Thread(target=write, args=(pc,)) for pc in (here, there)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert of_stay(there, stay).count("Note") == 21
    assert of_stay(here, stay) == []
    holds(central, here, there)
