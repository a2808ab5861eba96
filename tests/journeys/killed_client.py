"""A client that types and records as fast as it can until it is killed (journey b).

Run as `python -m tests.journeys.killed_client FOLDER`; the store's key comes on standard input. It
says on standard output what is on disk: `draft TEXT-LENGTH` and `note NUMBER`, after the commit.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sonar_core.board.build import board_row_bytes
from sonar_core.records.note import Note
from sonar_desktop.db.opened import open_pc_store
from sonar_desktop.platform.clock import SystemClock
from sonar_desktop.platform.ids import SystemIds
from sonar_desktop.usecases.acting import Signing, now
from sonar_desktop.usecases.keep_draft import keep_draft
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.ports import Actor, Desk
from sonar_desktop.usecases.write_note import Noting, write_note
from sonar_desktop.vault.device_identity import DeviceIdentity
from sonar_desktop.vault.journal import SideJournal
from sonar_desktop.vault.keys import DekBox

NURSE = Actor(
    user="0192d3a4-0000-7000-8000-00000000000a",
    name="Rhona Okafor",
    initials="RO",
    role="nurse",
    lease_id=None,
)
KEYS_A_NOTE = 25


def main() -> None:
    folder, site = Path(sys.argv[1]), sys.argv[2]
    key, salt = bytes.fromhex(sys.stdin.readline()), bytes.fromhex(sys.stdin.readline())
    clock = SystemClock()
    dek = DekBox(bytearray(key), salt)
    opened = open_pc_store(
        folder / "client.db",
        dek,
        clock=clock,
        ids=SystemIds(clock),
        board_row=board_row_bytes,
        in_contact=lambda: False,
        load_identity=DeviceIdentity.load,
        journal=SideJournal(folder / "journal", dek),
    )
    desk = Desk(actor=NURSE, store=opened.store, clock=clock, ids=SystemIds(clock), site=site)
    episode = list_board(desk).rows[0].episode
    number = len(opened.store.read(lambda look: look.of_episode(episode, [Note.__name__])))
    while True:
        record = desk.ids.new()
        text = ""
        for _ in range(KEYS_A_NOTE):
            text += "x"
            keep_draft(
                desk,
                record=record,
                form="note",
                episode=episode,
                body=text.encode(),
                place="text",
            )
            print(f"draft {number} {len(text)}", flush=True)
        signing = Signing(episode=episode, performed_at=now(desk), draft=record)
        write_note(desk, Noting(signing=signing, text=f"{number} {text}"))
        number += 1
        print(f"note {number}", flush=True)


if __name__ == "__main__":
    main()
