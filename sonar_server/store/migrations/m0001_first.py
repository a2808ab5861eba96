"""Version 1: sites, scopes, records, operations, devices, people.

`site_id` leads every key, so that a site's rows can be kept together on any PostgreSQL. There is
no sequence, trigger or stored procedure: order and times come from the program.
"""

from __future__ import annotations

VERSION = 1

STATEMENTS = (
    """
    CREATE TABLE organisation (
        site_id bytea NOT NULL,
        name text NOT NULL,
        server_id text NOT NULL,
        lease_public bytea NOT NULL,
        escrow_public bytea NOT NULL,
        recovery_public bytea NOT NULL,
        created_ms bigint NOT NULL,
        PRIMARY KEY (site_id)
    )
    """,
    """
    CREATE TABLE site (
        site_id bytea NOT NULL,
        organisation_id bytea NOT NULL,
        name text NOT NULL,
        zone text NOT NULL,
        PRIMARY KEY (site_id)
    )
    """,
    """
    CREATE TABLE scope (
        site_id bytea NOT NULL,
        scope_id text NOT NULL,
        epoch bigint NOT NULL,
        head_seq bigint NOT NULL,
        commit_no bigint NOT NULL,
        chain bytea NOT NULL,
        digest bytea NOT NULL,
        PRIMARY KEY (site_id, scope_id)
    ) WITH (fillfactor = 50)
    """,
    """
    CREATE TABLE record (
        site_id bytea NOT NULL,
        scope_id text NOT NULL,
        seq bigint NOT NULL,
        commit_no bigint NOT NULL,
        kind text NOT NULL,
        id bytea NOT NULL,
        version bigint NOT NULL,
        patient bytea,
        episode bytea,
        at_ms bigint NOT NULL,
        body bytea NOT NULL,
        provenance bytea NOT NULL,
        row_hash bytea NOT NULL,
        place bytea,
        disputes bytea,
        op_id bytea NOT NULL,
        PRIMARY KEY (site_id, scope_id, seq),
        UNIQUE (site_id, id, version)
    )
    """,
    "CREATE INDEX record_patient ON record (site_id, scope_id, patient)",
    "CREATE INDEX record_place ON record (site_id, place) WHERE place IS NOT NULL",
    # Each manifest asks who is in custody: without it every row of the site is looked at.
    "CREATE INDEX record_episodes ON record (site_id, scope_id) WHERE kind = 'CustodyEpisode'",
    "CREATE INDEX record_disputes ON record (site_id, disputes) WHERE disputes IS NOT NULL",
    """
    CREATE TABLE commit_log (
        site_id bytea NOT NULL,
        scope_id text NOT NULL,
        commit_no bigint NOT NULL,
        last_seq bigint NOT NULL,
        chain bytea NOT NULL,
        PRIMARY KEY (site_id, scope_id, commit_no)
    )
    """,
    """
    CREATE TABLE op (
        site_id bytea NOT NULL,
        device bytea NOT NULL,
        incarnation bigint NOT NULL,
        op_seq bigint NOT NULL,
        op_id bytea,
        header_hash bytea NOT NULL,
        header bytea NOT NULL,
        payload bytea NOT NULL,
        signature bytea NOT NULL,
        received_ms bigint NOT NULL,
        verdict text NOT NULL,
        reason text NOT NULL,
        detail text NOT NULL,
        version bigint NOT NULL,
        waiting_for bytea,
        PRIMARY KEY (site_id, device, incarnation, op_seq),
        UNIQUE (site_id, op_id)
    )
    """,
    "CREATE INDEX op_waiting ON op (site_id, waiting_for) WHERE waiting_for IS NOT NULL",
    """
    CREATE TABLE redecided (
        site_id bytea NOT NULL,
        device bytea NOT NULL,
        incarnation bigint NOT NULL,
        op_seq bigint NOT NULL,
        offered_seq bigint,
        PRIMARY KEY (site_id, device, incarnation, op_seq)
    )
    """,
    """
    CREATE TABLE device (
        site_id bytea NOT NULL,
        device bytea NOT NULL,
        name text NOT NULL,
        sign_public bytea NOT NULL,
        seal_public bytea NOT NULL,
        enrolled_ms bigint NOT NULL,
        revoked_ms bigint,
        PRIMARY KEY (site_id, device)
    )
    """,
    "CREATE INDEX device_by_id ON device (device)",
    """
    CREATE TABLE device_chain (
        site_id bytea NOT NULL,
        device bytea NOT NULL,
        incarnation bigint NOT NULL,
        last_seq bigint NOT NULL,
        last_hash text NOT NULL,
        PRIMARY KEY (site_id, device, incarnation)
    )
    """,
    """
    CREATE TABLE enrolment_code (
        site_id bytea NOT NULL,
        code_hash bytea NOT NULL,
        expires_ms bigint NOT NULL,
        used_ms bigint,
        PRIMARY KEY (site_id, code_hash)
    )
    """,
    "CREATE INDEX enrolment_code_by_hash ON enrolment_code (code_hash)",
    """
    CREATE TABLE person (
        site_id bytea NOT NULL,
        user_id bytea NOT NULL,
        username text NOT NULL,
        name text NOT NULL,
        password_hash text NOT NULL,
        role text NOT NULL,
        sites text NOT NULL,
        cred_gen bigint NOT NULL,
        active boolean NOT NULL,
        PRIMARY KEY (site_id, user_id),
        UNIQUE (site_id, username)
    )
    """,
    """
    CREATE TABLE lease (
        site_id bytea NOT NULL,
        lease_id bytea NOT NULL,
        user_id bytea NOT NULL,
        device bytea NOT NULL,
        role text NOT NULL,
        sites text NOT NULL,
        issued_ms bigint NOT NULL,
        not_after_ms bigint NOT NULL,
        PRIMARY KEY (site_id, lease_id)
    )
    """,
    """
    CREATE TABLE nonce (
        site_id bytea NOT NULL,
        device bytea NOT NULL,
        nonce bytea NOT NULL,
        at_ms bigint NOT NULL,
        PRIMARY KEY (site_id, device, nonce)
    )
    """,
)
