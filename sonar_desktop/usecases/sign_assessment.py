"""Sign an assessment: the answers to one version of a questionnaire."""

from __future__ import annotations

import msgspec

from sonar_core.forms.answers import check_answers, complete_answers, count_answers
from sonar_core.forms.definition import FormDefinition
from sonar_core.forms.relevance import Answers
from sonar_core.forms.scores import group_scores
from sonar_core.records.assessment import Assessment
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import (
    Signing,
    check_amending,
    check_signing,
    forget_draft,
    require,
    stamps,
)
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


class Assessing(msgspec.Struct, frozen=True, kw_only=True):
    """Answers to sign, by linkId; what is not in them is stored as not asked."""

    signing: Signing
    form: FormDefinition
    answers: Answers


def sign_assessment(desk: Desk, assessing: Assessing) -> tuple[Assessment, Changed]:
    """Write the assessment with its counts and the scores of complete groups.

    Unanswered questions never block, but those marked required. Raises InputError with the linkIds
    as fields, RoleError.
    """
    require(desk.actor, Duty.ASSESS)
    form, answers = assessing.form, assessing.answers
    problems = Problems()
    check_signing(assessing.signing, problems, desk)
    for problem in check_answers(form, answers):
        problems.add(problem.link_id, problem.text)
    problems.raise_if_any()
    count = count_answers(form, answers)

    def act(writing: Writing) -> Assessment:
        amended = check_amending(writing, Assessment, assessing.signing)
        record = Assessment(
            **stamps(desk, writing, assessing.signing, amended),
            questionnaire=form.url,
            questionnaire_version=form.version,
            answers=complete_answers(form, answers),
            scores=group_scores(form, answers),
            answered=count.answered,
            relevant=count.relevant,
        )
        writing.record(record)
        forget_draft(desk, writing, assessing.signing)
        return record

    return desk.store.write(desk.actor, "sign_assessment", act)
