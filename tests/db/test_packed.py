"""What a first sync stores by one statement a frame is what a statement a row would store."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sonar_core.sync.intake import hashes_of
from sonar_core.sync.rows import Row
from sonar_desktop.db.effects import Touched
from sonar_desktop.db.ingest import take_packed, take_rows
from sonar_desktop.db.packed import pack
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.sync_ports import Packed, Taken
from tests.db.clinic import CLINICAL

_NUMBER = st.integers(1, 2**63 - 1)
_ID = st.binary(min_size=16, max_size=16)
_BYTES = st.binary(max_size=40)
_ROWS = st.lists(
    st.builds(
        Row,
        seq=_NUMBER,
        commit_no=_NUMBER,
        kind=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9),
        id=_ID,
        version=_NUMBER,
        patient=st.none() | _ID,
        episode=st.none() | _ID,
        at_ms=st.integers(-(2**63), 2**63 - 1),
        body=_BYTES,
        provenance=_BYTES,
    ),
    max_size=6,
    unique_by=lambda row: row.id,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_ROWS)
def test_each_value_of_each_row_is_where_a_statement_a_row_puts_it(desk, rows):
    taken = Taken(scope=CLINICAL, rows=rows, hashes=hashes_of(rows))
    by_frame, by_row = Touched(in_bulk=True), Touched(in_bulk=True)
    held = []

    def work(connection):
        for touched in (by_frame, by_row):
            savepoint = connection.begin_nested()
            if touched is by_frame:
                take_packed(connection, pack(taken), touched)
            else:
                take_rows(connection, CLINICAL, rows, taken.hashes, touched)
            held.append(connection.exec_driver_sql("SELECT * FROM record ORDER BY id").all())
            savepoint.rollback()

    desk.database.write(Priority.SYNC, work)
    assert held[0] == held[1]
    assert len(held[0]) == len(rows)
    assert by_frame == by_row


def test_rows_that_this_store_did_not_make_ready_are_a_bug(desk):
    foreign = Packed(taken=Taken(scope=CLINICAL, rows=[], hashes=[]))
    with pytest.raises(BugError):
        desk.database.write(
            Priority.SYNC, lambda connection: take_packed(connection, foreign, Touched())
        )
