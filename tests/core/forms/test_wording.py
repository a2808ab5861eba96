from __future__ import annotations

import pytest

from sonar_core.forms.wording import unknown_words, worded


@pytest.mark.parametrize(
    ("gender", "text"),
    [
        ("male", "Has he told his nurse who was with him? Does he, is he, was he?"),
        ("female", "Has she told her nurse who was with her? Does she, is she, was she?"),
        ("other", "Have they told their nurse who was with them? Do they, are they, were they?"),
        ("unknown", "Have they told their nurse who was with them? Do they, are they, were they?"),
    ],
)
def test_a_question_is_asked_in_the_words_of_the_person(gender, text):
    template = "{Has} {he} told {his} nurse who was with {him}? {Does} {he}, {is} {he}, {was} {he}?"

    assert worded(template, gender) == text


@pytest.mark.parametrize("text", ["{she}", "{HE}", "{}", "{he", "he}", "{{he}}"])
def test_braces_that_hold_no_word_of_the_person_are_found(text):
    assert unknown_words(text)


@pytest.mark.parametrize("text", ["", "Alcohol", "{Has} {he}", "{his} own words"])
def test_a_text_with_known_words_or_none_is_fine(text):
    assert not unknown_words(text)
