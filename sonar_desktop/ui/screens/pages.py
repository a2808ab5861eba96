"""Which screen stands on which page: one factory for each.

A factory makes a page's widget for the person who signed in. The shell builds it when it is first
gone to, keeps it, and drops it at a lock, so that nothing of a record stays behind. A widget may
have more methods, which the shell calls where they are there: see page_manners.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QWidget

from sonar_desktop.ui.viewmodels.workplace import Page, Workplace

Factory = Callable[[Workplace], QWidget]


def _board(workplace: Workplace) -> QWidget:
    from sonar_desktop.ui.screens.board import BoardScreen  # noqa: PLC0415

    return BoardScreen(workplace)


def _due(workplace: Workplace) -> QWidget:
    from sonar_desktop.ui.screens.due import DueScreen  # noqa: PLC0415

    return DueScreen(workplace)


def _referrals(workplace: Workplace) -> QWidget:
    from sonar_desktop.ui.screens.referrals import ReferralsScreen  # noqa: PLC0415

    return ReferralsScreen(workplace)


def _medicines(workplace: Workplace) -> QWidget:
    from sonar_desktop.ui.screens.medicines_round import MedicinesRoundScreen  # noqa: PLC0415

    return MedicinesRoundScreen(workplace)


def _handover(workplace: Workplace) -> QWidget:
    from sonar_desktop.ui.screens.handover import HandoverScreen  # noqa: PLC0415

    return HandoverScreen(workplace)


def _conflicts(workplace: Workplace) -> QWidget:
    from sonar_desktop.ui.screens.conflicts import ConflictsScreen  # noqa: PLC0415

    return ConflictsScreen(workplace)


def _emergencies(workplace: Workplace) -> QWidget:
    from sonar_desktop.ui.screens.access_log import EmergencyLog  # noqa: PLC0415

    return EmergencyLog(workplace)


def _help(workplace: Workplace) -> QWidget:
    from sonar_desktop.ui.screens.help import HelpScreen  # noqa: PLC0415

    return HelpScreen(workplace)


def _record(workplace: Workplace) -> QWidget:
    from sonar_desktop.ui.screens.record import RecordScreen  # noqa: PLC0415

    return RecordScreen(workplace)


PAGES: Final[dict[Page, Factory]] = {
    Page.BOARD: _board,
    Page.DUE: _due,
    Page.REFERRALS: _referrals,
    Page.MEDICINES: _medicines,
    Page.HANDOVER: _handover,
    Page.CONFLICTS: _conflicts,
    Page.EMERGENCIES: _emergencies,
    Page.HELP: _help,
    Page.RECORD: _record,
}
"""A page's module is imported when somebody first goes there, so that sign-in is not kept waiting;
the imports are plain statements, which the packager and the type checker see."""
