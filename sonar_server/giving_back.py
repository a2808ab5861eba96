"""Taking what `sonar-recover` read of a PC: as if that PC had sent it, by the same rules.

Each operation is checked by the PC's own signature and decided like any other; what the server has
already changes nothing. A PC that is out of use, or gone, gives back all the same: it happened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final

import structlog

from sonar_core.sync.messages import MAX_OPERATIONS, PROTOCOL, Push, Receipt, Verdict
from sonar_core.sync.operations import Header, Operation, header_of
from sonar_core.sync.recovered import RecoveredDamagedError, decoded
from sonar_server import push
from sonar_server.administration import AdministrationError, one_named
from sonar_server.central import Central
from sonar_server.errors import RefusedError
from sonar_server.keys import DeviceKey
from sonar_server.operators import Word
from sonar_server.store import incidents, places
from sonar_server.store.incidents import Incident
from sonar_server.store.places import Device

GIVEN_BACK: Final = "entries_given_back"

_log: Final = structlog.get_logger()
_Numbered = tuple[Header, Operation]


@dataclass
class GivenBack:
    """What became of a file: its PC, new operations by verdict, and what could not be taken.

    `not_taken` are (incarnation, first number, last number, why), in the order of the file.
    """

    device: Device
    there_already: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    refused: list[Receipt] = field(default_factory=list)
    not_taken: list[tuple[int, int, int, str]] = field(default_factory=list)


def give_back(central: Central, file: Path, word: Word) -> GivenBack:
    """Take the operations of a file of `sonar-recover`; may be run again.

    Raises AdministrationError for a file that is none, and for a PC that this server never had;
    UnavailableError where the database is: nothing is lost by running it again.
    """
    try:
        entries = decoded(file.read_bytes())
        numbered = [(header_of(operation), operation) for operation in entries.operations]
    except (OSError, RecoveredDamagedError, ValueError):
        raise AdministrationError(
            "the file is none of sonar-recover, or damaged: copy it again"
        ) from None
    every = central.database.run(places.every_device)
    device = one_named(entries.device, every, shown_by="device list")
    given = GivenBack(device)
    # Before the first is taken: a stop in the midst leaves no entry that nobody gave back.
    _note(central, device, len(numbered), word)
    for incarnation, group in groupby(numbered, key=lambda item: item[0].incarnation):
        _take_incarnation(central, given, incarnation, list(group))
    return given


def _take_incarnation(
    central: Central, given: GivenBack, incarnation: int, numbered: list[_Numbered]
) -> None:
    for batch in _batches(numbered):
        first, last = batch[0][0].op_seq, batch[-1][0].op_seq
        request = Push(
            protocol=PROTOCOL,
            device=given.device.id,
            incarnation=incarnation,
            operations=tuple(operation for _, operation in batch),
        )
        try:
            with central.lanes.entered(given.device.site):
                taken = push.take(
                    central.database,
                    central.territory(given.device),
                    request,
                    verify=DeviceKey(given.device.sign_public).verify,
                    keys=central.keys,
                    now_ms=central.now_ms(),
                )
        except RefusedError as refusal:
            given.not_taken.append((incarnation, first, last, str(refusal)))
            continue
        given.there_already += len(batch) - len(taken.judged)
        given.verdicts.update(receipt.verdict for receipt in taken.judged)
        given.refused += [
            receipt
            for receipt in taken.judged
            if receipt.verdict in {Verdict.REFUSED, Verdict.QUARANTINED}
        ]


def _batches(numbered: Sequence[_Numbered]) -> Iterator[list[_Numbered]]:
    """Yield what may go in one push: whole actions, no gap between the numbers."""
    batch: list[_Numbered] = []
    for _, group in groupby(numbered, key=lambda item: item[0].txn_id):
        action = list(group)
        is_next = batch and action[0][0].op_seq == batch[-1][0].op_seq + 1
        if batch and (not is_next or len(batch) + len(action) > MAX_OPERATIONS):
            yield batch
            batch = []
        batch += action
    if batch:
        yield batch


def _note(central: Central, device: Device, count: int, word: Word) -> None:
    happened = Incident(
        id=central.new_id(),
        at_ms=central.now_ms(),
        kind=GIVEN_BACK,
        detail=f"a file of {count} operations of device {device.id} ({device.name}) is given "
        f"back: {word.said}",
    )
    central.database.run(lambda transaction: incidents.note(transaction, device.site, happened))
    _log.warning(GIVEN_BACK, device=device.id, count=count)


def told(given: GivenBack) -> list[str]:
    """Return what an operator reads of it."""
    count = sum(given.verdicts.values())
    lines = [
        f"PC {given.device.name}: {count} operations taken, {given.there_already} there already"
    ]
    lines += [f"  {verdict.value}: {number}" for verdict, number in sorted(given.verdicts.items())]
    lines += [
        f"  number {one.op_seq} is {one.verdict.value}: {one.reason.value}" for one in given.refused
    ]
    lines += [
        f"  numbers {first} to {last} of incarnation {incarnation} were NOT taken: {why}"
        for incarnation, first, last, why in given.not_taken
    ]
    return lines
