"""The fifty traps of sync.md 4.11 by its names, and why some of them have no sabotage."""

from __future__ import annotations

from tests.simulation.sabotage.kinds import Gap

TRAPS: dict[int, str] = {
    1: "cursor advanced before rows stored",
    2: "`seq > cursor`",
    3: "equal timestamps at page edge",
    4: "timestamp taken after reads",
    5: "composite-less xmin",
    6: "idle-in-transaction stall",
    7: "try-lock result ignored",
    8: "blanket PENDING to DONE",
    9: "offset paging over changing set",
    10: "page failed but loop continues",
    11: '"complete" after first batch',
    12: "two sync workers",
    13: "4xx poison blocks queue",
    14: "2xx swallow",
    15: 'crash leaves "in sync" flag set',
    16: "warning treated as success",
    17: "INSERT OR REPLACE cascades deletes",
    18: "newly granted old rows",
    19: "access revoked purges unpushed",
    20: "client reset discards outbox",
    21: "full resync transaction not atomic",
    22: "partial listing, then mass delete",
    23: "digest copied from peer",
    24: "XOR digest cancels pairs",
    25: "float round trip",
    26: "JSON-array index patch",
    27: "cross-field Frankenstein merge",
    28: "larger-value-wins",
    29: "clock LWW punishes long-offline",
    30: "far-future HLC poisons all",
    31: "skew blocks entry",
    32: "DST repeat hour",
    33: "tombstone expired before client returns",
    34: "dedup record expired before client returns",
    35: "server restored",
    36: "async failover",
    37: "VM clone",
    38: "UUID reuse",
    39: "old client drops new fields",
    40: "unknown enum value overwrites",
    41: "scope counter lock early or unsorted",
    42: "transaction split across pages",
    43: "parent later in page",
    44: "adaptive page size collapse",
    45: "gzip/zstd bomb",
    46: "proxy truncates but says 200",
    47: "SSE blocked by police proxy",
    48: "retry storm after outage",
    49: "replica served cursor",
    50: '"last synced" frozen with no error',
}

GAPS: dict[int, Gap] = {
    3: Gap(
        "Nothing is fetched or paged by time: a place in a log is a number without gaps (ADR 3)."
    ),
    5: Gap("No cursor is made of transaction ids; test_cursor_completeness tries one: it misses."),
    26: Gap("An edit carries whole groups (ADR 5), never a place in a list."),
    33: Gap("What says that something was struck out is a record: the server deletes none."),
    44: Gap("The size of a page and of a batch is fixed; none adapts."),
}
