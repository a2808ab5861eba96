from __future__ import annotations

import msgspec
import pytest

from sonar_core.sync.messages import Verdict
from sonar_core.sync.operations import Operation, header_of
from sonar_core.sync.recovered import RecoveredEntries, encoded
from sonar_server import fleet, giving_back, push
from sonar_server.administration import AdministrationError
from sonar_server.operators import Word
from sonar_server.store.errors import UnavailableError
from tests.server.test_fleet import kept

WORD = Word("A. Reid", "its keyring is gone")


@pytest.fixture
def file(tmp_path, pc):
    """Writes the file of a PC."""

    def write(*operations: Operation, device: str = ""):
        path = tmp_path / "a.entries"
        entries = RecoveredEntries(device=device or pc.enrolled.device, operations=operations)
        path.write_bytes(encoded(entries))
        return path

    return write


def test_what_the_server_lacks_is_taken_once_and_noted(central, pc, episode, file):
    sent = pc.wrote(pc.note(episode))
    pc.push(*sent)
    later = [*pc.wrote(pc.note(episode, "one")), *pc.wrote(pc.note(episode, "two"))]
    path = file(*sent, *later)
    given = giving_back.give_back(central, path, WORD)
    assert (given.there_already, given.verdicts) == (1, {Verdict.APPLIED: 2})
    again = giving_back.give_back(central, path, WORD)
    assert (again.there_already, sum(again.verdicts.values())) == (3, 0)
    assert [one[0] for one in kept(central, pc)] == [giving_back.GIVEN_BACK] * 2
    assert giving_back.told(given)[0].endswith("2 operations taken, 1 there already")
    assert "  applied: 2" in giving_back.told(given)


def test_a_stop_in_the_midst_is_made_good_by_running_it_again(
    central, pc, episode, file, monkeypatch
):
    monkeypatch.setattr(giving_back, "MAX_OPERATIONS", 1)
    path = file(*pc.wrote(pc.note(episode, "one")), *pc.wrote(pc.note(episode, "two")))
    take, calls = push.take, []

    def stops(*given, **named):
        calls.append(given)
        if len(calls) == 2:
            raise UnavailableError("the database is gone")
        return take(*given, **named)

    monkeypatch.setattr(push, "take", stops)
    with pytest.raises(UnavailableError):
        giving_back.give_back(central, path, WORD)
    # Who gave it back stands there although it did not come to an end.
    assert [one[0] for one in kept(central, pc)] == [giving_back.GIVEN_BACK]
    given = giving_back.give_back(central, path, WORD)
    assert (given.there_already, given.verdicts) == (1, {Verdict.APPLIED: 1})


def test_a_pc_out_of_use_gives_back_all_the_same(central, pc, episode, file):
    fleet.take_out(central, pc.enrolled.device, WORD)
    given = giving_back.give_back(central, file(*pc.wrote(pc.note(episode))), WORD)
    assert given.verdicts == {Verdict.APPLIED: 1}


def test_what_comes_after_a_gap_is_not_taken_and_said(central, pc, episode, file):
    first = pc.wrote(pc.note(episode, "one"))
    pc.wrote(pc.note(episode, "lost"))
    third = pc.wrote(pc.note(episode, "three"))
    given = giving_back.give_back(central, file(*first, *third), WORD)
    assert given.verdicts == {Verdict.APPLIED: 1}
    number = header_of(third[0]).op_seq
    assert given.not_taken == [
        (1, number, number, f"the next operation's number must be {number - 1}")
    ]
    assert f"numbers {number} to {number} of incarnation 1 were NOT taken" in "".join(
        giving_back.told(given)
    )


def test_one_that_somebody_altered_is_refused_and_listed(central, pc, episode, file):
    [operation] = pc.wrote(pc.note(episode))
    forged = msgspec.structs.replace(operation, signature=bytes(64))
    given = giving_back.give_back(central, file(forged), WORD)
    assert given.verdicts == {Verdict.REFUSED: 1}
    assert "is refused: bad_signature" in giving_back.told(given)[-1]


@pytest.mark.parametrize(
    "content",
    [b"", b"noise", encoded(RecoveredEntries(device="x", operations=(Operation(b"{", b"", b""),)))],
)
def test_a_file_that_is_none_is_refused(central, tmp_path, content):
    path = tmp_path / "a.entries"
    path.write_bytes(content)
    with pytest.raises(AdministrationError, match="none of sonar-recover"):
        giving_back.give_back(central, path, WORD)


def test_a_pc_that_this_server_never_had_is_refused(central, file):
    with pytest.raises(AdministrationError, match="there is no PC"):
        giving_back.give_back(central, file(device="01900000-0000-7000-8000-00000000ffff"), WORD)
