"""Totals of scored groups; an incomplete group has no total."""

from __future__ import annotations

from sonar_core.forms.definition import FormDefinition, FormItem, ItemKind
from sonar_core.forms.relevance import Answers, given, relevant_items


def group_scores(form: FormDefinition, answers: Answers) -> dict[str, int]:
    """The total of each group whose scored questions are all answered with a scored answer.

    Returns:
        linkId of the group to the sum of its options' weights; a group that is incomplete, hidden
        or not scored is absent.
    """
    relevant = relevant_items(form, answers)
    totals = {}
    for group in form.walk():
        if group.kind is ItemKind.GROUP and group.link_id in relevant:
            scored = [
                item
                for item in group.items
                if item.link_id in relevant and any(one.score is not None for one in item.options)
            ]
            scores = [_score(item, answers) for item in scored]
            if scores and None not in scores:
                totals[group.link_id] = sum(score or 0 for score in scores)
    return totals


def _score(item: FormItem, answers: Answers) -> int | None:
    total = None
    for value in given(answers, item.link_id):
        option = item.option(value)
        if option is None or option.score is None:
            return None
        total = (total or 0) + option.score
    return total
