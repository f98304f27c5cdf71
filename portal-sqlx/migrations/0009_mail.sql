-- How the firm's mail looks and when it goes.
ALTER TABLE portal.firms ADD COLUMN sender_name {text};
ALTER TABLE portal.firms ADD COLUMN language {text} NOT NULL DEFAULT 'en';
ALTER TABLE portal.firms ADD COLUMN time_zone {text} NOT NULL DEFAULT 'UTC';
ALTER TABLE portal.firms ADD COLUMN digest_hour {int} NOT NULL DEFAULT 8;
ALTER TABLE portal.firms ADD COLUMN digest_day {int} NOT NULL DEFAULT 0;

-- How mail reaches somebody: those who never chose anything, and whose mail never came back, have no row.
CREATE TABLE portal.mailings (
    firm_id {id} NOT NULL,
    -- 0 a contact, 1 a team member.
    addressee {int} NOT NULL,
    addressee_id {id} NOT NULL,
    version {int} NOT NULL,
    -- How often: 0 at once, 1 daily, 2 weekly, 3 not at all.
    shared {int} NOT NULL,
    new_documents {int} NOT NULL,
    client_uploaded {int} NOT NULL,
    language {text},
    -- That mail came back.
    bounced_address {text},
    bounced_at {int},
    bounced_reason {text},
    PRIMARY KEY (firm_id, addressee, addressee_id),
    CHECK ((bounced_address IS NULL) = (bounced_at IS NULL)),
    CHECK ((bounced_address IS NULL) = (bounced_reason IS NULL))
){strict};
