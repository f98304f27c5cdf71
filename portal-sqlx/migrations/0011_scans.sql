-- What a version is by its content, and what a scanner said of it.
ALTER TABLE portal.document_versions ADD COLUMN sniffed_type {text};
ALTER TABLE portal.document_versions ADD COLUMN scan {int} NOT NULL DEFAULT 0;
ALTER TABLE portal.document_versions ADD COLUMN scanned_at {int};

-- The same of uploads, and when the scanner is asked again about those that wait for it.
ALTER TABLE portal.uploads ADD COLUMN sniffed_type {text};
ALTER TABLE portal.uploads ADD COLUMN scan {int} NOT NULL DEFAULT 0;
ALTER TABLE portal.uploads ADD COLUMN scan_due {int};
ALTER TABLE portal.uploads ADD COLUMN scan_tries {int} NOT NULL DEFAULT 0;
CREATE INDEX portal_uploads_by_scan ON portal.uploads (scan_due, upload_id) WHERE scan_due IS NOT NULL;
