CREATE TABLE portal.attempts (
    address_key {id} NOT NULL,
    attempt_id {id} NOT NULL,
    version {int} NOT NULL,
    email {text} NOT NULL,
    firm_id {id} NOT NULL,
    browser {bytes} NOT NULL,
    state {int} NOT NULL,
    failures {int} NOT NULL,
    asked_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    PRIMARY KEY (address_key, attempt_id)
){strict};
CREATE INDEX portal_attempts_by_expiry ON portal.attempts (expires_at, attempt_id);

CREATE TABLE portal.limits (
    subject_key {id} NOT NULL,
    kind {int} NOT NULL,
    version {int} NOT NULL,
    count {int} NOT NULL,
    since {int} NOT NULL,
    PRIMARY KEY (subject_key, kind)
){strict};
CREATE INDEX portal_limits_by_age ON portal.limits (since, subject_key);

CREATE TABLE portal.logins (
    login_id {id} NOT NULL,
    version {int} NOT NULL,
    address_key {id} NOT NULL,
    email {text} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (login_id)
){strict};
CREATE UNIQUE INDEX portal_logins_by_address ON portal.logins (address_key);

CREATE TABLE portal.sessions (
    login_id {id} NOT NULL,
    session_id {id} NOT NULL,
    version {int} NOT NULL,
    address_key {id} NOT NULL,
    firm_id {id} NOT NULL,
    token {bytes} NOT NULL,
    proof_method {int} NOT NULL,
    proof_at {int} NOT NULL,
    device {text} NOT NULL,
    created_at {int} NOT NULL,
    seen_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    ended_at {int},
    -- When it was over: ended or past its end, whichever came first.
    over_at {int} NOT NULL,
    PRIMARY KEY (login_id, session_id)
){strict};
CREATE INDEX portal_sessions_by_end ON portal.sessions (over_at, session_id);

CREATE TABLE portal.reaches (
    address_key {id} NOT NULL,
    contact_id {id} NOT NULL,
    version {int} NOT NULL,
    firm_id {id} NOT NULL,
    client_id {id} NOT NULL,
    PRIMARY KEY (address_key, contact_id)
){strict};
CREATE INDEX portal_reaches_by_contact ON portal.reaches (contact_id, address_key);
