-- A firm's logo, and the lines under its mail.
ALTER TABLE portal.firms ADD COLUMN logo_key {id};
ALTER TABLE portal.firms ADD COLUMN logo_kind {int};
ALTER TABLE portal.firms ADD COLUMN logo_bytes {int};
ALTER TABLE portal.firms ADD COLUMN logo_width {int};
ALTER TABLE portal.firms ADD COLUMN logo_height {int};
ALTER TABLE portal.firms ADD COLUMN logo_shown {int};
ALTER TABLE portal.firms ADD COLUMN mail_footer {text};
-- By their bytes: what the blob store lists is looked for here.
CREATE INDEX portal_firms_by_logo ON portal.firms (logo_key) WHERE logo_key IS NOT NULL;
