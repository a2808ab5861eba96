"""What has left a PC: stays that it let go, and what never came of those that left."""

from __future__ import annotations

from sonar_core.records.registry import REGISTRY
from sonar_core.sync.retirement import RETIREMENT
from tests.journeys.generations import GENERATIONS, acting_as
from tests.simulation.pc import Pc
from tests.simulation.views import ServerView, counting


def gone_stays(pc: Pc) -> set[bytes]:
    """The stays that are off this PC's disk, and not back in one scope before the other."""
    rows = pc.rows("SELECT episode, min(is_gone) FROM retired GROUP BY episode")
    back = pc.rows(
        "SELECT DISTINCT episode FROM record WHERE NOT EXISTS (SELECT 1 FROM retired "
        "WHERE retired.scope = record.scope AND retired.episode = record.episode)"
    )
    return {episode for episode, is_gone in rows if is_gone} - {episode for (episode,) in back}


def gone_records(pc: Pc, view: ServerView) -> set[str]:
    """What is of the stays that are off this PC's disk, as the PC says."""
    return _of_stays(pc.rows("SELECT scope, episode FROM retired WHERE is_gone = 1"), view)


def absent_records(pc: Pc, view: ServerView) -> set[str]:
    """What is of stays that left a scope, of which it has nothing though they are not gone.

    The PC read the word again after it had let them go, when it had gone back to a server that
    has it still; or they left before its first sync of that scope, which may not be its first.
    """
    held = {
        place
        for table in ("record", "version")
        for place in pc.rows(f"SELECT DISTINCT scope, episode FROM {table}")  # noqa: S608
    }
    with acting_as(GENERATIONS[-1]):
        for kind, stay in pc.rows("SELECT kind, episode FROM pending"):
            held.add((f"{pc.record.site}/{REGISTRY[kind].scope}", stay))
    left: set[tuple[str, bytes]] = set()
    for scope, seq in pc.rows("SELECT scope, seq FROM cursor"):
        stays = {one.row.episode for one in counting(view.log[scope], seq)}
        gone = {one.row.episode for one in view.log[scope] if one.row.seq <= seq} - stays
        left |= {(scope, stay) for stay in gone if stay is not None} - held
    return _of_stays([*left], view) | _overtaken_records(pc, view)


def coming_records(pc: Pc, view: ServerView) -> set[str]:
    """What is of stays that had gone and count again, since the server lost the word of it.

    The PC went back to where they counted, and has still to fetch their people.
    """
    people = set(
        pc.rows(
            "SELECT scope, patient FROM snapshot_patient JOIN cursor USING (scope) "
            "WHERE cursor.seq > 0 AND NOT (board_done AND other_done)"
        )
    )
    return {
        one.id
        for scope, rows in view.log.items()
        for one in rows
        if (scope, one.row.patient) in people and one.row.episode is not None
    }


def _overtaken_records(pc: Pc, view: ServerView) -> set[str]:
    """What a first sync did not bring of stays that left after it had begun, and were half here.

    Or what was to be fetched anew, after going back, of stays that had gone and leave again.
    All that was written after its beginning has come with the tail, the word of their leaving too.
    """
    hashes = {
        row_hash
        for table in ("record", "version")
        for (row_hash,) in pc.rows(f"SELECT row_hash FROM {table}")  # noqa: S608
    }
    found: set[str] = set()
    for scope, seq in pc.rows("SELECT scope, seq FROM cursor"):
        log = view.log[scope]
        # Also of those that leave by a word that this PC has still to read.
        words = {one.stay: one.row.seq for one in log if one.row.kind == RETIREMENT}
        left = words.keys() - {one.stay for one in counting(log, log[-1].row.seq)} if log else ()
        begun = pc.network.server.begun.get((pc.device.id, scope), [])
        for stay in left:
            missing = [
                one
                for one in log
                if one.stay == stay and one.row.seq <= seq and one.row_hash not in hashes
            ]
            last = max((one.row.seq for one in missing if one.row.kind != RETIREMENT), default=0)
            if any(last <= begin < words[stay] for begin in begun):
                found |= {one.id for one in missing}
    return found


def _of_stays(places: list[tuple[str, bytes]], view: ServerView) -> set[str]:
    stays = set(places)
    return {
        one.id
        for scope, rows in view.log.items()
        for one in rows
        if (scope, one.row.episode) in stays
    }
