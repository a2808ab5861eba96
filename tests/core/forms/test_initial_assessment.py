from __future__ import annotations

import json
from pathlib import Path

import pytest

from sonar_core.forms.answers import check_answers, complete_answers, count_answers
from sonar_core.forms.definition import ItemKind
from sonar_core.forms.loader import load_form
from sonar_core.forms.relevance import relevant_items
from sonar_core.forms.wording import worded

CONTENT = (
    Path(__file__).parents[3] / "resources/questionnaires/custody-initial-assessment-0.1.json"
).read_bytes()
FORM = load_form(CONTENT)

# The sections and their counts as drawn in mock-up 05; None: a screen of its own.
SECTIONS = [
    ("Consent and capacity", 6),
    ("Why seen, history", 5),
    ("Medical history", 7),
    ("Allergies", 1),
    ("Medicines", 4),
    ("Alcohol", 5),
    ("Drugs", 7),
    ("Injuries, head injury", 6),
    ("Mental health, self-harm", 8),
    ("Understanding, support", 5),
    ("Observations", None),
    ("Plan and instructions", 4),
    ("Fitness decisions", None),
]

# custody-healthcare.md section 2, row by row, each topic with the item that holds it.
TOPICS = {
    "booking-in risk assessment read": "why-seen-risk-read",
    "request: why seen": "why-seen-reason",
    "emergency: 999 call time": "why-seen-999-at",
    "emergency: handover": "why-seen-999-handover",
    "triage: remote or telephone": "why-seen-in-person",
    "consent: capacity": "consent-capacity",
    "consent: dual role": "consent-role-explained",
    "consent: assessment": "consent-assessment",
    "consent: treatment": "consent-treatment",
    "consent: sharing with police": "consent-share-police",
    "consent: sharing with GP, L&D, SCR": "consent-share-health",
    "consent: forensic samples": "consent-samples",
    "consent: photographs": "consent-photographs",
    "consent: withdrawn at": "consent-withdrawn-at",
    "consent: refused items": "consent-refused",
    "presenting complaint": "why-seen-reason",
    "history of presenting complaint": "why-seen-history",
    "past medical history": "medical-conditions-which",
    "drug history: medicines": "medicines-which",
    "allergies": "allergies-asked",
    "alcohol units": "alcohol-units",
    "alcohol: last drink": "alcohol-last-drink",
    "drugs: type": "drugs-what",
    "drugs: route": "drugs-how",
    "drugs: last use": "drugs-last-used",
    "drugs: amount": "drugs-how-much",
    "withdrawal history: alcohol, seizures, DTs": "alcohol-withdrawal-history",
    "withdrawal history: drugs": "drugs-withdrawal-history",
    "observations, glucose, pupils, NEWS2, GCS, peak flow": "observations",
    "diabetes": "medical-diabetes",
    "epilepsy": "medical-epilepsy",
    "pregnancy": "medical-pregnancy",
    "injuries": "injuries-any",
    "injuries: as claimed": "injuries-account",
    "mental state": "mental-state",
    "self-harm: ideas": "self-harm-ideas",
    "self-harm: plans and means": "self-harm-plans",
    "self-harm: history": "self-harm-history",
    "learning disability, autism": "support-learning",
    "head injury": "injuries-head",
    "swallowed or packed drugs": "drugs-hidden",
    "taser, PAVA, restraint": "injuries-force",
    "infection risk": "medical-infection",
    "disability": "medical-disability",
    "dependants": "support-dependants",
    "language": "support-language",
    "mental health: history": "mental-history",
    "mental health: level of concern": "mental-concern",
    "mental health: MHA called": "mental-act-called",
    "mental health: MHA arrived": "mental-act-arrived",
    "mental health: MHA decided": "mental-act-decided",
    "mental health: L&D seen": "mental-liaison",
    "head injury: GCS under 15, loss of consciousness": "head-conscious",
    "head injury: focal deficit": "head-focal",
    "head injury: skull fracture or penetrating": "head-skull",
    "head injury: amnesia": "head-amnesia",
    "head injury: persistent headache": "head-headache",
    "head injury: vomiting": "head-vomiting",
    "head injury: seizure": "head-fit",
    "head injury: brain surgery": "head-surgery",
    "head injury: high energy": "head-energy",
    "head injury: bleeding, anticoagulant": "head-bleeding",
    "head injury: intoxication": "head-intoxicated",
    "head injury: safeguarding, clinician's concern": "head-concern",
    "head injury: not referred, named and reasoned": "head-not-sent-why",
    "head injury: advice sheet": "head-advice-given",
    "substance misuse: in withdrawal now, scored": "drugs-withdrawal-now",
    "substance misuse: drunk now": "alcohol-now",
    "substance misuse: methadone, buprenorphine": "drugs-substitution",
    "substance misuse: injecting, overdose": "drugs-injecting",
    "physical observations": "observations",
    "fitness": "fitness",
    "appropriate adult": "support-appropriate-adult",
    "appropriate adult: reason": "support-appropriate-adult-why",
    "observation level advice": "plan-care-level-remark",
    "visits and rousing": "plan-care-level-remark",
    "Annex H: rousability": "alcohol-now",
    "care plan: problems": "plan-problems",
    "care plan: instructions in plain words": "plan-instructions",
    "care plan: follow-up tasks": "plan-care-level-remark",
    "medication: own medicine": "medicines-brought",
    "medication: confirmed": "medicines-verified",
    "medication: time-critical": "medicines-time-critical",
    "events: refusals, incidents": "plan-events",
    "pre-release: who collects, where to": "plan-release-where",
    "pre-release: suicidality": "plan-release-suicide",
    "pre-release: withdrawal": "plan-release-withdrawal",
    "pre-release: medication": "plan-release-medicines",
    "pre-release: naloxone": "plan-release-naloxone",
    "pre-release: appointments": "plan-release-appointments",
    "pre-release: safeguarding": "plan-release-safeguarding",
    "pre-release: leaflets": "plan-release-leaflets",
    "referral out": "plan-referral",
    "referral out: accepted": "plan-referral-accepted",
    "referral out: consent": "plan-referral-consent",
    "referral out: sent at": "plan-referral-sent-at",
    "transfer: PER": "plan-transfer",
    "body map": "injuries-body-map",
    "forensic samples": "injuries-forensic-list",
    "shift handover": "plan-handover",
    "complaints": "plan-complaint",
    "safeguarding": "support-safeguarding",
}


def _counts(answers):
    return [count_answers(FORM, answers, section).relevant for section in FORM.items]


def test_the_thirteen_sections_have_the_names_and_counts_of_the_picture():
    drawn = [(name, count or 0) for name, count in SECTIONS]

    assert [
        (section.text, count) for section, count in zip(FORM.items, _counts({}), strict=True)
    ] == (drawn)
    assert count_answers(FORM, {}).relevant == 58


def test_observations_and_fitness_are_screens_of_their_own():
    assert [section.screen for section in FORM.items if section.screen] == [
        "observations",
        "fitness",
    ]


def test_the_form_says_that_it_is_experimental_and_not_signed_off():
    raw = json.loads(CONTENT)

    assert (FORM.url, FORM.version) == ("urn:sonar:questionnaire:custody-initial-assessment", "0.1")
    assert FORM.is_experimental
    assert raw["status"] == "draft"
    assert "not clinically signed off" in FORM.publisher


def test_every_coded_question_offers_yes_no_will_not_say_and_not_asked():
    coded = [item for item in FORM.walk() if item.kind is ItemKind.CHOICE]

    assert len(coded) > 60
    for item in coded:
        codes = [option.code for option in item.options]
        assert codes[:2] == ["yes", "no"], item.link_id
        assert codes[-2:] == ["will-not-say", "not-asked"], item.link_id
        assert [item.option(code).display for code in ("yes", "will-not-say", "not-asked")] == [
            "Yes",
            "Will not say",
            "Not asked",
        ]


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_of_the_domain_has_its_place(topic):
    assert FORM.item(TOPICS[topic]).text


def test_an_empty_assessment_can_be_signed_and_says_not_asked_everywhere():
    complete = complete_answers(FORM, {})

    assert check_answers(FORM, {}) == ()
    assert check_answers(FORM, complete) == ()
    assert set(complete.values()) == {("not-asked",)}
    assert count_answers(FORM, complete).answered == 0


def test_drugs_taken_or_suspected_open_what_how_how_much_and_last_used():
    details = {"drugs-what", "drugs-how", "drugs-how-much", "drugs-last-used"}

    for answer in ("yes", "suspected"):
        assert details <= relevant_items(FORM, {"drugs-24h": (answer,)})
    for answer in ("no", "will-not-say", "not-asked"):
        assert details.isdisjoint(relevant_items(FORM, {"drugs-24h": (answer,)}))
    assert _counts({"drugs-24h": ("yes",)}) == _counts({})


def test_hidden_drugs_open_a_block_with_the_local_plan():
    suspected = FORM.item("drugs-hidden").option("suspected")

    assert suspected.plan_heading == "Hidden or swallowed drugs: treat as an emergency"
    assert suspected.plan_line.startswith("Tell the custody officer now.")


def test_a_head_injury_not_sent_to_hospital_needs_who_decided_and_why():
    answers = {"injuries-head": ("yes",), "head-intoxicated": ("yes",), "head-sent": ("no",)}

    assert [problem.text for problem in check_answers(FORM, answers)] == [
        "Enter who decided not to send, and why."
    ]
    assert check_answers(FORM, answers | {"head-sent": ("by-999",)}) == ()
    assert check_answers(FORM, answers | {"injuries-head": ("no",)}) == ()
    reason = {"head-not-sent-why": ("Dr Adebayo, seen here, alert for 6 h",)}
    assert check_answers(FORM, answers | reason) == ()


def test_a_teetotaller_is_not_asked_for_units():
    assert {"alcohol-units", "alcohol-last-drink"} <= relevant_items(FORM, {})
    assert count_answers(FORM, {"alcohol-drinks": ("no",)}, FORM.items[5]).relevant == 2


def test_a_heading_of_a_plan_never_stands_without_its_line():
    for item in FORM.walk():
        for option in item.options:
            assert (option.plan_heading is None) == (option.plan_line is None), item.link_id


@pytest.mark.parametrize("gender", ["male", "female", "unknown"])
def test_every_question_reads_well_for_anybody(gender):
    for item in FORM.walk():
        text = worded(item.text, gender)
        assert "{" not in text
        for clash in (
            "they is ",
            "they has ",
            "they does ",
            "they needs",
            "they goes",
            "Does they",
        ):
            assert clash not in text, item.link_id
        assert text == text.strip()
        assert len(text) <= 120
