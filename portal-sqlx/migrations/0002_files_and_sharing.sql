-- Folders and documents: one table, so that one index keeps the live names of a folder apart and the way up is one query.
CREATE TABLE portal.nodes (
    firm_id {id} NOT NULL,
    node_id {id} NOT NULL,
    is_document {int} NOT NULL,
    version {int} NOT NULL,
    client_id {id} NOT NULL,
    parent_id {id},
    name {text} NOT NULL,
    folded {text} NOT NULL,
    removal {int} NOT NULL,
    removed_at {int},
    created_by {int} NOT NULL,
    created_by_id {id},
    created_at {int} NOT NULL,
    -- Of folders.
    folder_kind {int},
    -- Of documents: the version that is shown, and when it came.
    current_id {id},
    current_at {int},
    PRIMARY KEY (firm_id, node_id, is_document),
    CHECK ((is_document = 1) = (current_id IS NOT NULL)),
    CHECK ((is_document = 0) = (folder_kind IS NOT NULL)),
    CHECK ((removal = 0) = (removed_at IS NULL))
){strict};
CREATE UNIQUE INDEX portal_nodes_live_name ON portal.nodes (firm_id, parent_id, folded) WHERE removal = 0;
CREATE INDEX portal_nodes_by_parent ON portal.nodes (firm_id, parent_id, removal, is_document, folded, node_id);
CREATE INDEX portal_nodes_recent ON portal.nodes (firm_id, parent_id, current_at, node_id)
    WHERE removal = 0 AND is_document = 1;
CREATE INDEX portal_nodes_latest ON portal.nodes (firm_id, client_id, current_at, node_id)
    WHERE removal = 0 AND is_document = 1;
CREATE INDEX portal_nodes_trashed ON portal.nodes (firm_id, client_id, removed_at, is_document, node_id)
    WHERE removal = 1;
CREATE INDEX portal_nodes_purged ON portal.nodes (removed_at, node_id) WHERE removal = 2;

CREATE TABLE portal.document_versions (
    firm_id {id} NOT NULL,
    version_id {id} NOT NULL,
    version {int} NOT NULL,
    document_id {id} NOT NULL,
    blob_key {id} NOT NULL,
    size_bytes {int} NOT NULL,
    sha256 {bytes} NOT NULL,
    declared_type {text},
    uploaded_as {text} NOT NULL,
    uploaded_by {int} NOT NULL,
    uploaded_by_id {id},
    uploaded_at {int} NOT NULL,
    PRIMARY KEY (firm_id, version_id)
){strict};
CREATE INDEX portal_document_versions_newest
    ON portal.document_versions (firm_id, document_id, uploaded_at, version_id);
CREATE INDEX portal_document_versions_by_uploader
    ON portal.document_versions (firm_id, uploaded_by, uploaded_by_id, uploaded_at, version_id);
CREATE INDEX portal_document_versions_by_blob ON portal.document_versions (blob_key);

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
    PRIMARY KEY (firm_id, upload_id)
){strict};
CREATE INDEX portal_uploads_by_deadline ON portal.uploads (deadline, upload_id);
CREATE INDEX portal_uploads_by_blob ON portal.uploads (blob_key);

CREATE TABLE portal.condemned_blobs (
    firm_id {id} NOT NULL,
    blob_key {id} NOT NULL,
    version {int} NOT NULL,
    since {int} NOT NULL,
    PRIMARY KEY (firm_id, blob_key)
){strict};
CREATE INDEX portal_condemned_blobs_since ON portal.condemned_blobs (since, blob_key);
CREATE INDEX portal_condemned_blobs_by_blob ON portal.condemned_blobs (blob_key);

-- One version for the shape of a client's tree and the grants on it.
CREATE TABLE portal.trees (
    firm_id {id} NOT NULL,
    client_id {id} NOT NULL,
    version {int} NOT NULL,
    PRIMARY KEY (firm_id, client_id)
){strict};

CREATE TABLE portal.grants (
    firm_id {id} NOT NULL,
    grant_id {id} NOT NULL,
    version {int} NOT NULL,
    client_id {id} NOT NULL,
    node_id {id} NOT NULL,
    is_document {int} NOT NULL,
    -- 0 all contacts, 1 one contact; the contact's id is all zeros for all, so that the unique index sees them as one.
    audience {int} NOT NULL,
    contact_id {id} NOT NULL,
    access {int} NOT NULL,
    ends_at {int},
    alerts {int} NOT NULL,
    created_by {int} NOT NULL,
    created_by_id {id},
    created_at {int} NOT NULL,
    PRIMARY KEY (firm_id, grant_id)
){strict};
CREATE UNIQUE INDEX portal_grants_once
    ON portal.grants (firm_id, client_id, node_id, is_document, audience, contact_id);
CREATE INDEX portal_grants_by_node ON portal.grants (firm_id, node_id, is_document, grant_id);
CREATE INDEX portal_grants_by_audience ON portal.grants (firm_id, client_id, audience, contact_id);
