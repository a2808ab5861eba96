"""What the custody board, the due list and the handover show: pure functions of the records.

`board_row_bytes` (build.py) makes a row inside the transaction that changes its records; `present`
(present.py) turns a row and the time now into words. A row holds no text that ages.
"""
