-- Uploads under way are only ever lost bytes: those of before could not be resumed, and go.
INSERT INTO portal.condemned_blobs (firm_id, blob_key, version, since)
    SELECT firm_id, blob_key, 1, started_at FROM portal.uploads;
DROP TABLE portal.uploads;
CREATE TABLE portal.uploads (
    firm_id {id} NOT NULL,
    upload_id {id} NOT NULL,
    version {int} NOT NULL,
    client_id {id} NOT NULL,
    into_id {id} NOT NULL,
    into_is_document {int} NOT NULL,
    name {text} NOT NULL,
    declared_type {text},
    blob_key {id} NOT NULL,
    uploaded_by {int} NOT NULL,
    uploaded_by_id {id},
    started_at {int} NOT NULL,
    deadline {int} NOT NULL,
    -- Of those that can be resumed.
    announced_bytes {int},
    taken_bytes {int} NOT NULL,
    blob_token {text},
    -- The blob store's words for the parts it took, a line each.
    part_tags {text} NOT NULL,
    digest_state {bytes} NOT NULL,
    tail_key {id},
    tail_bytes {int},
    PRIMARY KEY (firm_id, upload_id),
    CHECK ((tail_key IS NULL) = (tail_bytes IS NULL))
){strict};
CREATE INDEX portal_uploads_by_deadline ON portal.uploads (deadline, upload_id);
CREATE INDEX portal_uploads_by_blob ON portal.uploads (blob_key);
CREATE INDEX portal_uploads_by_tail ON portal.uploads (tail_key) WHERE tail_key IS NOT NULL;
CREATE INDEX portal_uploads_by_uploader
    ON portal.uploads (firm_id, client_id, uploaded_by, uploaded_by_id, started_at, upload_id);
