-- How long contacts may take back what they uploaded, and how long it is kept.
ALTER TABLE portal.firms ADD COLUMN withdrawal {int} NOT NULL DEFAULT 1;
ALTER TABLE portal.firms ADD COLUMN withdrawal_minutes {int} NOT NULL DEFAULT 15;
ALTER TABLE portal.firms ADD COLUMN retention_days {int} NOT NULL DEFAULT 0;

-- When a team member first opened a document, and why something is held, by whom, since when.
ALTER TABLE portal.nodes ADD COLUMN opened_at {int};
ALTER TABLE portal.nodes ADD COLUMN hold_reason {text};
ALTER TABLE portal.nodes ADD COLUMN held_by {int};
ALTER TABLE portal.nodes ADD COLUMN held_by_id {id};
ALTER TABLE portal.nodes ADD COLUMN held_since {int};
