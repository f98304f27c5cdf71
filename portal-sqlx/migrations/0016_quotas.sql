-- How much a firm keeps of each contact, and in all; NULL for no end.
ALTER TABLE portal.firms ADD COLUMN quota_contact_files {int} DEFAULT 10000;
ALTER TABLE portal.firms ADD COLUMN quota_contact_bytes {int} DEFAULT 100000000000;
ALTER TABLE portal.firms ADD COLUMN quota_firm_files {int};
ALTER TABLE portal.firms ADD COLUMN quota_firm_bytes {int};

-- What is kept of whose uploads, counted within each commit. Whoever has no id stands under the firm's.
CREATE TABLE portal.usage (
    firm_id {id} NOT NULL,
    uploaded_by {int} NOT NULL,
    uploaded_by_id {id} NOT NULL,
    files {int} NOT NULL,
    bytes {int} NOT NULL,
    PRIMARY KEY (firm_id, uploaded_by, uploaded_by_id)
){strict};
INSERT INTO portal.usage (firm_id, uploaded_by, uploaded_by_id, files, bytes)
    SELECT firm_id, uploaded_by, COALESCE(uploaded_by_id, firm_id), count(*), sum(size_bytes)
    FROM portal.document_versions GROUP BY 1, 2, 3;
