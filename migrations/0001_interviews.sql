-- Written in the part of SQL that SQLite and PostgreSQL share: identifiers are UUIDs as text, times
-- are milliseconds since the epoch (UTC), truth values are 0 and 1, structured values are JSON text.

CREATE TABLE users (
    id            TEXT   NOT NULL PRIMARY KEY,
    name          TEXT   NOT NULL,
    -- Lower case, so that it is found however it is typed.
    email         TEXT   NOT NULL UNIQUE,
    password_hash TEXT   NOT NULL,
    role          TEXT   NOT NULL,
    created_at    BIGINT NOT NULL
);

-- The one-time link that creates the first account. At most one row; gone once used.
CREATE TABLE setup_tokens (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
);

CREATE TABLE problems (
    id           TEXT   NOT NULL PRIMARY KEY,
    title        TEXT   NOT NULL,
    statement    TEXT   NOT NULL,
    starter_code TEXT   NOT NULL,
    updated_at   BIGINT NOT NULL
);

-- Scheduled until started_at is set, live until ended_at is set.
CREATE TABLE interviews (
    id           TEXT   NOT NULL PRIMARY KEY,
    owner_id     TEXT   NOT NULL REFERENCES users (id),
    title        TEXT   NOT NULL,
    problem_id   TEXT   REFERENCES problems (id) ON DELETE SET NULL,
    language     TEXT   NOT NULL,
    record       BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    scheduled_at BIGINT,
    started_at   BIGINT,
    ended_at     BIGINT
);
CREATE INDEX interviews_by_owner ON interviews (owner_id, created_at);
CREATE INDEX interviews_by_problem ON interviews (problem_id);

CREATE TABLE invites (
    id           TEXT   NOT NULL PRIMARY KEY,
    interview_id TEXT   NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    token_hash   TEXT   NOT NULL UNIQUE,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    revoked_at   BIGINT
);
CREATE INDEX invites_by_interview ON invites (interview_id);

-- Accounts that accepted an invite.
CREATE TABLE members (
    interview_id TEXT   NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    added_at     BIGINT NOT NULL,
    PRIMARY KEY (interview_id, user_id)
);
CREATE INDEX members_by_user ON members (user_id);

-- Accounts that may replay.
CREATE TABLE shares (
    interview_id TEXT   NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    shared_at    BIGINT NOT NULL,
    PRIMARY KEY (interview_id, user_id)
);
CREATE INDEX shares_by_user ON shares (user_id);

-- A guest has no user_id. joined_at and left_at are projected from the journal.
CREATE TABLE participants (
    id           TEXT   NOT NULL PRIMARY KEY,
    interview_id TEXT   NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    user_id      TEXT   REFERENCES users (id),
    name         TEXT   NOT NULL,
    role         TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    joined_at    BIGINT,
    left_at      BIGINT,
    UNIQUE (interview_id, user_id)
);

-- Belongs to an account or to a guest's participant.
CREATE TABLE sessions (
    id             TEXT   NOT NULL PRIMARY KEY,
    user_id        TEXT   REFERENCES users (id) ON DELETE CASCADE,
    participant_id TEXT   REFERENCES participants (id) ON DELETE CASCADE,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    revoked_at     BIGINT
);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    session_id TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- What happened, in order. The truth; chat, submissions and attendance are projections of it.
CREATE TABLE journal (
    interview_id   TEXT   NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    seq            BIGINT NOT NULL,
    at_ms          BIGINT NOT NULL,
    participant_id TEXT,
    kind           TEXT   NOT NULL,
    payload        TEXT   NOT NULL,
    PRIMARY KEY (interview_id, seq)
);

CREATE TABLE chat (
    id             TEXT   NOT NULL PRIMARY KEY,
    interview_id   TEXT   NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    participant_id TEXT   NOT NULL REFERENCES participants (id),
    at_ms          BIGINT NOT NULL,
    text           TEXT   NOT NULL
);
CREATE INDEX chat_by_interview ON chat (interview_id, at_ms);

-- outcome and exit_code repeat what state holds, for counting.
CREATE TABLE submissions (
    id             TEXT   NOT NULL PRIMARY KEY,
    interview_id   TEXT   NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    participant_id TEXT   NOT NULL REFERENCES participants (id),
    language       TEXT   NOT NULL,
    source         TEXT   NOT NULL,
    stdin          TEXT   NOT NULL,
    started_at_ms  BIGINT NOT NULL,
    state          TEXT   NOT NULL,
    outcome        TEXT,
    exit_code      BIGINT
);
CREATE INDEX submissions_by_interview ON submissions (interview_id, started_at_ms);

-- One media file each. state: writing, finished, failed.
CREATE TABLE recordings (
    id             TEXT   NOT NULL PRIMARY KEY,
    interview_id   TEXT   NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    participant_id TEXT   NOT NULL REFERENCES participants (id),
    source         TEXT   NOT NULL,
    mime_type      TEXT   NOT NULL,
    start_ms       BIGINT NOT NULL,
    duration_ms    BIGINT,
    state          TEXT   NOT NULL,
    object_path    TEXT   NOT NULL,
    size           BIGINT
);
CREATE INDEX recordings_by_interview ON recordings (interview_id);
CREATE INDEX recordings_by_state ON recordings (state);

-- Who did what. Kept when what it speaks of is gone, so without references.
CREATE TABLE audit (
    id             TEXT   NOT NULL PRIMARY KEY,
    at             BIGINT NOT NULL,
    action         TEXT   NOT NULL,
    user_id        TEXT,
    participant_id TEXT,
    interview_id   TEXT,
    address        TEXT,
    detail         TEXT   NOT NULL
);
CREATE INDEX audit_by_time ON audit (at);
