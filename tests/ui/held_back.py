"""Have the server hold an entry back for good, as the store is told it."""

from __future__ import annotations

from sonar_core.records.base import Fact
from sonar_core.sync.messages import Reason, Receipt, Verdict
from sonar_core.sync.operations import header_of
from sonar_desktop.ui.viewmodels.send_again import FORM_TABS
from sonar_desktop.ui.viewmodels.workplace import Destination, Page


def hold_back(store, fact: Fact, reason: Reason = Reason.DAMAGED, detail: str = "") -> None:
    """Let the server's answer for this fact be that it is held back."""
    headers = [header_of(one) for one in store.sync.outgoing(500, 1 << 20).operations]
    (header,) = [one for one in headers if one.entity == fact.id]
    verdict = Receipt(
        op_id=header.op_id,
        op_seq=header.op_seq,
        verdict=Verdict.QUARANTINED,
        reason=reason,
        detail=detail,
    )
    store.sync.settle((verdict,))


def correcting(fact: Fact) -> Destination:
    """Return where "Correct and send again" leads."""
    kind = type(fact).__name__
    return Destination(
        page=Page.RECORD,
        episode=fact.episode,
        tab=FORM_TABS[kind],
        focus=fact.id,
        sent_again=kind,
    )
