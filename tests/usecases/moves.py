"""The server's word that somebody was moved to another suite, as a PC of the first has it."""

from __future__ import annotations

from sonar_core import bodies
from sonar_core.ids import slot
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.site_move import SITE_MOVE, SiteMove, Suite, site_move_id
from sonar_desktop.usecases.admit_detainee import Admitted
from sonar_desktop.usecases.move_suite import move_suite
from sonar_desktop.usecases.ports import Desk
from tests.usecases.fakes import Server, clock_of, store_of, sync

THERE = slot("site", "southfield")


def moved_away(desk: Desk, found: Admitted, *names: str) -> Server:
    """Somebody is moved from this PC to a suite, or may be in one of several; all is sent."""
    server = Server()
    move_suite(desk, found.episode, THERE)
    sync(server, desk)
    cause = server.rows[-1]
    move = SiteMove(
        id=site_move_id(found.patient),
        patient=found.patient,
        stay=found.episode,
        suites=tuple(Suite(site=THERE, name=name) for name in names or ("Southfield",)),
        moved_at=clock_of(desk).moment(),
    )
    fields = {"kind": SITE_MOVE, "id": move.id, "version": 1, "episode": None}
    row = type(cause)(
        **{name: getattr(cause, name) for name in cause.__struct_fields__}
        | fields
        | {"body": bodies.encode(move)}
    )
    server.rows.append(row)
    store_of(desk).pull(server)
    return server


def gone(desk: Desk, found: Admitted) -> None:
    """The stay has left this PC."""
    held = store_of(desk).state.confirmed
    for key in [key for key, row in held.items() if row.episode == found.episode]:
        del held[key]
    assert (CustodyEpisode.__name__, found.episode) not in held
