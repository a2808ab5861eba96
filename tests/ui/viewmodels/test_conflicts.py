from __future__ import annotations

import pytest

from sonar_core.records.allergy_intolerance import AllergyIntolerance, AllergySeverity
from sonar_core.records.care_level import CareLevel
from sonar_core.records.fitness_outcome import Fitness, FitnessOutcome
from sonar_core.records.registry import care_level_id
from sonar_desktop.ui.viewmodels.conflict_choice import BOTH
from sonar_desktop.ui.viewmodels.conflict_faces import ItemState
from sonar_desktop.ui.viewmodels.conflicts import ConflictsModel
from sonar_desktop.ui.viewmodels.workplace import Page
from sonar_desktop.usecases.read_conflicts import read_conflicts
from sonar_desktop.usecases.resolve_conflict import Choice, resolve_conflict
from tests.ui.disputes import Disputes, drain


@pytest.fixture
def disputes(seed, hand_clock, encrypted_store, background, tmp_path):
    made = Disputes(
        seed=seed, clock=hand_clock, store=encrypted_store, background=background, folder=tmp_path
    )
    yield made
    made.close()


@pytest.fixture
def inbox(qtbot, workplace, background):
    opened = []

    def open_() -> ConflictsModel:
        model = ConflictsModel(workplace)
        opened.append(model)
        model.refresh()
        qtbot.waitUntil(lambda: model.is_loaded)
        return model

    yield open_
    for model in opened:
        model.close()
    drain(qtbot, background)


def open_thing(qtbot, model, title):
    found = next(one for one in model.items if one.title == title)
    model.open(found.conflict)
    qtbot.waitUntil(lambda: model.banner is not None)


def side_of(model, who):
    return next(i for i, one in enumerate(model.detail.versions) if one.who == who)


def test_an_empty_inbox_has_nothing_to_decide(inbox):
    model = inbox()
    assert model.items == ()
    assert model.detail is None
    assert model.missing == "Nothing to decide."
    assert not model.can_save


def test_the_higher_level_is_in_use_and_nobody_is_blamed(inbox, disputes, qtbot):
    disputes.levels(disputes.admit())
    model = inbox()
    assert [(one.cell, one.title, one.chip) for one in model.items] == [
        ("M11", "Level of observation", "Affects safety")
    ]
    detail = model.detail
    used = [one.who for one in detail.versions if one.is_in_use]
    assert used == ["Sam Petrie"]
    assert detail.story.startswith("Nobody did anything wrong: Rhona Okafor’s PC was offline")
    assert detail.safer_text.startswith("Level 3 constant.")
    assert not detail.is_line_by_line
    qtbot.waitUntil(lambda: model.banner is not None)
    assert model.banner.name == "JACKSON, Leon (Mr)"


def test_a_whole_version_with_a_reason_is_what_the_record_says(inbox, disputes, qtbot, signing):
    admitted = disputes.admit()
    disputes.levels(admitted)
    model = inbox()
    assert model.missing == "Choose the version that stands."
    model.choose_side(side_of(model, "Rhona Okafor"))
    assert model.missing == "Write why, in at least 10 characters."
    model.save()
    assert signing.asked == 0
    model.set_reason("Seen with Sam at 14:40")
    assert model.preview == "Level 2 intermittent, rouse every 30 min. Why: Intoxicated."
    with qtbot.waitSignal(model.saved) as said:
        model.save()
    assert said.args == [
        (
            "Decision saved. The record says:"
            " Level 2 intermittent, rouse every 30 min. Why: Intoxicated."
        )
    ]
    qtbot.waitUntil(lambda: model.waiting == 0)
    level = disputes.here.store.read(
        lambda reading: reading.get(CareLevel, care_level_id(admitted.episode))
    )
    assert (level.level, level.check_every_minutes, level.reason) == (2, 30, "Intoxicated")


def test_a_decision_waits_to_be_sent_and_is_then_simply_decided(inbox, disputes, qtbot):
    disputes.levels(disputes.admit())
    model = inbox()
    model.choose_side(0)
    model.set_reason("Seen with Sam at 14:40")
    model.save()
    qtbot.waitUntil(lambda: any(one.state is ItemState.DECIDED for one in model.items))
    assert [(one.cell, one.chip) for one in model.items] == [("M11", "Decided · waiting to send")]
    disputes.send()
    qtbot.waitUntil(lambda: [one.chip for one in model.items] == ["Decided"])


def test_an_allergy_is_decided_line_by_line_and_texts_may_both_be_kept(inbox, disputes, qtbot):
    allergy = disputes.allergies(disputes.admit("M8", "FERREIRA", "Joao"))
    model = inbox()
    open_thing(qtbot, model, "Allergy")
    fields = {one.name: one for one in model.detail.fields}
    assert set(fields) == {"reaction", "severity", "source"}
    assert fields["reaction"].can_join
    assert not fields["severity"].can_join
    assert model.missing == "Still to choose: Reaction, Severity, Source."
    here, there = side_of(model, "Rhona Okafor"), side_of(model, "Sam Petrie")
    model.choose_line("reaction", here)
    model.choose_line("severity", here)
    assert model.preview == ""
    model.choose_line("source", BOTH)
    sources = ("Summary Care Record; Detainee", "Detainee; Summary Care Record")[here < there]
    assert model.preview == (
        f"Allergy to Penicillin, throat closed (life threatening). Source: {sources}."
    )
    model.set_reason("Asked again with an interpreter")
    with qtbot.waitSignal(model.saved):
        model.save()
    decided = disputes.here.store.read(lambda reading: reading.get(AllergyIntolerance, allergy))
    assert decided.reaction == "throat closed"
    assert decided.severity is AllergySeverity.LIFE_THREATENING
    assert decided.source == sources


def test_a_third_level_is_written_by_the_checks_of_the_form(inbox, disputes, qtbot):
    admitted = disputes.admit()
    disputes.levels(admitted)
    model = inbox()
    model.write_third()
    assert model.third["level"] == "3"
    model.set_third("level", "4")
    model.set_third("check_every_minutes", "soon")
    model.set_third("reason", "Ligature found")
    model.set_reason("Neither was enough any more")
    model.save()
    assert model.problems == {"check_every_minutes": "Enter whole minutes."}
    model.set_third("check_every_minutes", "")
    assert model.problems == {}
    with qtbot.waitSignal(model.saved):
        model.save()
    level = disputes.here.store.read(
        lambda reading: reading.get(CareLevel, care_level_id(admitted.episode))
    )
    assert (level.level, level.reason, level.set_by) == (
        4,
        "Ligature found",
        disputes.here.actor.user,
    )


def test_a_third_fitness_decision_stands_and_custody_has_to_be_told(inbox, disputes, qtbot):
    admitted = disputes.admit("F2", "LENNOX", "Mary")
    disputes.outcomes(admitted)
    model = inbox()
    open_thing(qtbot, model, "Fitness decision")
    assert [one.whole for one in model.detail.versions if one.is_in_use] == [
        "Not fit to be interviewed. Why: Drowsy."
    ]
    model.write_third()
    model.set_reason("Seen again together")
    model.save()
    assert model.problems == {"outcome": "Choose the decision."}
    model.set_third("outcome", "fit_with_conditions")
    model.save()
    assert model.problems == {"conditions": "Enter the conditions."}
    model.set_third("conditions", "Appropriate adult present\nBreak each hour")
    with qtbot.waitSignal(model.saved):
        model.save()

    def newest(reading):
        seen = reading.of_episode(admitted.episode, ("FitnessOutcome",))
        return [one.record for one in seen if isinstance(one.record, FitnessOutcome)]

    third = [
        one
        for one in disputes.here.store.read(newest)
        if one.outcome is Fitness.FIT_WITH_CONDITIONS
    ]
    assert [one.conditions for one in third] == [("Appropriate adult present", "Break each hour")]


def test_a_further_version_puts_the_choice_back_and_keeps_the_reason(inbox, disputes, qtbot):
    admitted = disputes.admit()
    disputes.levels(admitted)
    model = inbox()
    model.choose_side(0)
    model.set_reason("Seen with Sam at 14:40")
    disputes.level(disputes.there, admitted, 1, 60, "Calm now")
    disputes.send_other()
    disputes.send()
    qtbot.waitUntil(lambda: len(model.detail.versions) == 3)
    assert model.side is None
    assert model.reason == "Seen with Sam at 14:40"
    assert model.news == "Another version has come in. Look again before you decide."


def test_two_different_decisions_bring_it_back_with_both(inbox, disputes, qtbot):
    disputes.levels(disputes.admit())
    model = inbox()
    there = read_conflicts(disputes.there)[0]
    seen = tuple(one.alternative.operation for one in there.sides)
    high = next(i for i, one in enumerate(there.sides) if one.values["level"] == 3)
    choice = Choice(conflict=there.conflict.id, seen=seen, reason="Still unsafe here", side=high)
    resolve_conflict(disputes.there, choice)
    model.choose_side(side_of(model, "Rhona Okafor"))
    model.set_reason("Seen with Sam at 14:40")
    with qtbot.waitSignal(model.saved):
        model.save()
    qtbot.waitUntil(lambda: model.waiting == 0)
    disputes.send_other()
    disputes.send()
    qtbot.waitUntil(lambda: model.waiting == 1)
    qtbot.waitUntil(lambda: model.detail is not None)
    assert model.detail.headline == "Two people decided differently. Look again together."
    assert model.detail.is_reopened
    assert sum(one.is_decision for one in model.detail.versions) == 2


def test_deciding_later_keeps_what_was_typed(inbox, disputes, qtbot, visited):
    disputes.levels(disputes.admit())
    disputes.outcomes(disputes.admit("F2", "LENNOX", "Mary"))
    model = inbox()
    open_thing(qtbot, model, "Level of observation")
    model.choose_side(1)
    model.set_reason("Half a thought")
    model.later()
    assert model.detail.headline == "Fitness decision was changed in two places"
    assert model.reason == ""
    open_thing(qtbot, model, "Level of observation")
    qtbot.waitUntil(lambda: model.reason == "Half a thought")
    assert model.side == 1


def test_the_only_item_decided_later_leads_to_the_board(inbox, disputes, visited):
    disputes.levels(disputes.admit())
    inbox().later()
    assert visited.last.page is Page.BOARD


def test_the_history_is_the_persons_record(inbox, disputes, visited):
    admitted = disputes.admit()
    disputes.levels(admitted)
    model = inbox()
    assert model.has_record
    model.open_history()
    assert (visited.last.page, visited.last.episode) == (Page.RECORD, admitted.episode)


def test_a_destination_opens_its_conflict(workplace, disputes, qtbot):
    disputes.levels(disputes.admit())
    disputes.outcomes(disputes.admit("F2", "LENNOX", "Mary"))
    wanted = next(
        one.conflict.id
        for one in read_conflicts(disputes.here)
        if one.conflict.entity_kind == "FitnessOutcome"
    )
    model = ConflictsModel(workplace)
    model.want(wanted)
    model.refresh()
    qtbot.waitUntil(lambda: model.is_loaded)
    assert model.conflict == wanted
    model.close()
    drain(qtbot, workplace.background)
