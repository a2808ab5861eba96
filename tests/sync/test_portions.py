from __future__ import annotations

from sonar_core.sync.messages import Receipt, Verdict
from sonar_desktop.sync.portions import portions


def receipt(number: int) -> Receipt:
    return Receipt(op_id=f"op {number}", op_seq=number, verdict=Verdict.APPLIED)


def parts(receipts: list[int], numbers: range) -> list[list[int]]:
    found = portions([receipt(number) for number in receipts], numbers)
    return [[one.op_seq for one in some] for some in found]


def test_a_full_batch_is_kept_in_two_portions_in_the_order_written():
    numbers = range(1001, 1501)
    found = parts(list(reversed(numbers)), numbers)
    assert found == [list(range(1001, 1251)), list(range(1251, 1501))]


def test_news_of_earlier_operations_is_kept_at_once_however_much_it_is():
    news, numbers = list(range(1, 700)), range(1001, 1501)
    first, second = parts([*numbers, *news], numbers)
    assert first == [*news, *range(1001, 1251)]
    assert second == list(range(1251, 1501))


def test_an_answer_to_nothing_or_to_little_is_one_portion_and_may_be_empty():
    assert parts([], range(0)) == [[]]
    assert parts([7, 3], range(0)) == [[3, 7]]
    assert parts([3, 11, 12], range(11, 13)) == [[3, 11, 12]]


def test_a_receipt_beyond_the_batch_is_kept_too():
    assert parts([9000], range(1, 501)) == [[], [9000]]
