-- What commits leave behind. `lead_id` is the firm, address or login that leads the keyspace, `space` says which.

CREATE TABLE portal.outcomes (
    lead_id {id} NOT NULL,
    scope {bytes} NOT NULL,
    input {bytes} NOT NULL,
    run {id} NOT NULL,
    made_at {int} NOT NULL,
    PRIMARY KEY (lead_id, scope)
){strict};
CREATE INDEX portal_outcomes_by_age ON portal.outcomes (made_at);

CREATE TABLE portal.outcome_keys (
    lead_id {id} NOT NULL,
    scope {bytes} NOT NULL,
    position {int} NOT NULL,
    kind {int} NOT NULL,
    first_id {id} NOT NULL,
    second_id {id},
    PRIMARY KEY (lead_id, scope, position),
    FOREIGN KEY (lead_id, scope) REFERENCES portal.outcomes (lead_id, scope) ON DELETE CASCADE
){strict};

-- The head of each chain: its row is the chain's lock.
CREATE TABLE portal.chains (
    lead_id {id} NOT NULL,
    chain {int} NOT NULL,
    chain_id {id} NOT NULL,
    sequence {int} NOT NULL,
    head {bytes} NOT NULL,
    PRIMARY KEY (lead_id, chain, chain_id)
){strict};

CREATE TABLE portal.links (
    lead_id {id} NOT NULL,
    chain {int} NOT NULL,
    chain_id {id} NOT NULL,
    sequence {int} NOT NULL,
    events {bytes} NOT NULL,
    head {bytes} NOT NULL,
    PRIMARY KEY (lead_id, chain, chain_id, sequence)
){strict};

CREATE TABLE portal.events (
    -- In the order of commits, as far as they touch the same chain.
    number {serial},
    lead_id {id} NOT NULL,
    space {int} NOT NULL,
    event_id {id} NOT NULL,
    at {int} NOT NULL,
    actor {int} NOT NULL,
    actor_id {id},
    client_id {id},
    payload {text} NOT NULL,
    -- The link that it hangs on, unless it is only logged.
    chain_lead_id {id},
    chain {int},
    chain_id {id},
    link_sequence {int},
    UNIQUE (lead_id, space, event_id)
){strict};
CREATE INDEX portal_events_by_client ON portal.events (lead_id, client_id, number) WHERE client_id IS NOT NULL;
CREATE INDEX portal_events_by_link ON portal.events (chain_lead_id, chain, chain_id, link_sequence, number)
    WHERE chain_lead_id IS NOT NULL;

-- Personal texts of events, of which the payload holds only salted digests: erased here, the chain stays whole.
CREATE TABLE portal.event_notes (
    lead_id {id} NOT NULL,
    space {int} NOT NULL,
    event_id {id} NOT NULL,
    position {int} NOT NULL,
    salt {bytes} NOT NULL,
    note {text} NOT NULL,
    PRIMARY KEY (lead_id, space, event_id, position),
    FOREIGN KEY (lead_id, space, event_id) REFERENCES portal.events (lead_id, space, event_id)
){strict};

-- Events whose recipients are not worked out yet.
CREATE TABLE portal.outbox (
    lead_id {id} NOT NULL,
    space {int} NOT NULL,
    event_id {id} NOT NULL,
    number {int} NOT NULL,
    lane {int} NOT NULL,
    due_at {int},
    position {text},
    holder {id},
    held_until {int},
    PRIMARY KEY (lead_id, space, event_id),
    FOREIGN KEY (lead_id, space, event_id) REFERENCES portal.events (lead_id, space, event_id)
){strict};
CREATE INDEX portal_outbox_in_order ON portal.outbox (lane, number);

-- Messages on their way, and the ledger of those that went.
CREATE TABLE portal.messages (
    number {serial},
    lead_id {id} NOT NULL,
    space {int} NOT NULL,
    message_id {id} NOT NULL,
    firm_id {id} NOT NULL,
    recipient {int} NOT NULL,
    recipient_id {id} NOT NULL,
    recipient_address_key {id},
    address {text} NOT NULL,
    canonical {text} NOT NULL,
    kind {int} NOT NULL,
    lane {int} NOT NULL,
    client_id {id},
    folder_id {id},
    batched {int} NOT NULL,
    created_at {int} NOT NULL,
    due_at {int} NOT NULL,
    state {int} NOT NULL,
    drop_reason {int},
    tries {int} NOT NULL,
    last_error {text},
    settled_at {int},
    holder {id},
    held_until {int},
    UNIQUE (lead_id, space, message_id)
){strict};
CREATE INDEX portal_messages_due ON portal.messages (lane, due_at, number) WHERE state = 0;
CREATE INDEX portal_messages_waiting ON portal.messages (firm_id, canonical, lane, due_at, number) WHERE state = 0;
CREATE INDEX portal_messages_ledger ON portal.messages (lead_id, space, number);
CREATE INDEX portal_messages_by_client ON portal.messages (lead_id, space, client_id, number) WHERE client_id IS NOT NULL;
CREATE INDEX portal_messages_dead ON portal.messages (lead_id, space, client_id, number) WHERE state = 3;
CREATE INDEX portal_messages_joined ON portal.messages (firm_id, canonical, kind, client_id, folder_id)
    WHERE state = 0 AND tries = 0 AND batched = 1;
-- Of a line of messages to one address, those that somebody is sending, and those that were tried.
CREATE INDEX portal_messages_held ON portal.messages (firm_id, canonical, lane, held_until)
    WHERE state = 0 AND held_until IS NOT NULL;
CREATE INDEX portal_messages_tried ON portal.messages (firm_id, canonical, lane, number) WHERE state = 0 AND tries > 0;
CREATE INDEX portal_messages_by_state ON portal.messages (lead_id, space, state, number);

-- The events that a message speaks of; each is told to an address once for each kind.
CREATE TABLE portal.message_events (
    lead_id {id} NOT NULL,
    space {int} NOT NULL,
    message_id {id} NOT NULL,
    position {int} NOT NULL,
    event_id {id} NOT NULL,
    canonical {text} NOT NULL,
    kind {int} NOT NULL,
    PRIMARY KEY (lead_id, space, message_id, position),
    FOREIGN KEY (lead_id, space, message_id) REFERENCES portal.messages (lead_id, space, message_id)
){strict};
CREATE UNIQUE INDEX portal_message_events_once ON portal.message_events (lead_id, space, event_id, canonical, kind);
