-- Written once for both databases: {id}, {bytes}, {int} and {text} are each one's own types, and `portal.` its own way of
-- keeping these tables apart from the host's.
--
-- Keys lead with the firm, or in identity with the login or address. There are no foreign keys between records, for the
-- reasons that `src/references.rs` gives.

CREATE TABLE portal.firms (
    firm_id {id} NOT NULL,
    version {int} NOT NULL,
    external_id {text},
    name {text} NOT NULL,
    color {int} NOT NULL,
    reply_to {text},
    client_uploads_for_new_clients {int} NOT NULL,
    contacts_hear_of_uploads {int} NOT NULL,
    file_names_in_mail {int} NOT NULL,
    max_upload_bytes {int} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (firm_id)
){strict};
-- The one key that leads with no firm: the host's id finds the firm.
CREATE UNIQUE INDEX portal_firms_external ON portal.firms (external_id);

CREATE TABLE portal.members (
    firm_id {id} NOT NULL,
    member_id {id} NOT NULL,
    version {int} NOT NULL,
    external_id {text},
    name {text} NOT NULL,
    email {text} NOT NULL,
    role {int} NOT NULL,
    created_at {int} NOT NULL,
    removed_at {int},
    PRIMARY KEY (firm_id, member_id)
){strict};
CREATE UNIQUE INDEX portal_members_external ON portal.members (firm_id, external_id);
CREATE INDEX portal_members_by_name ON portal.members (firm_id, name, member_id) WHERE removed_at IS NULL;
CREATE INDEX portal_members_by_role ON portal.members (firm_id, role, name, member_id) WHERE removed_at IS NULL;

CREATE TABLE portal.clients (
    firm_id {id} NOT NULL,
    client_id {id} NOT NULL,
    version {int} NOT NULL,
    external_id {text},
    name {text} NOT NULL,
    folded {text} NOT NULL,
    root_id {id} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (firm_id, client_id)
){strict};
CREATE UNIQUE INDEX portal_clients_external ON portal.clients (firm_id, external_id);
CREATE INDEX portal_clients_by_name ON portal.clients (firm_id, folded, client_id);

CREATE TABLE portal.contacts (
    firm_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    version {int} NOT NULL,
    client_id {id} NOT NULL,
    external_id {text},
    name {text} NOT NULL,
    email {text},
    canonical {text},
    created_at {int} NOT NULL,
    removed_at {int},
    PRIMARY KEY (firm_id, contact_id)
){strict};
CREATE UNIQUE INDEX portal_contacts_external ON portal.contacts (firm_id, external_id);
CREATE INDEX portal_contacts_by_client ON portal.contacts (firm_id, client_id, contact_id) WHERE removed_at IS NULL;
CREATE INDEX portal_contacts_by_email ON portal.contacts (firm_id, canonical, contact_id) WHERE removed_at IS NULL;

-- Versioned apart from the contact's name and address.
CREATE TABLE portal.portal_access (
    firm_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    version {int} NOT NULL,
    allowed {int} NOT NULL,
    last_signed_in_at {int},
    PRIMARY KEY (firm_id, contact_id)
){strict};

CREATE TABLE portal.assignments (
    firm_id {id} NOT NULL,
    client_id {id} NOT NULL,
    member_id {id} NOT NULL,
    version {int} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (firm_id, client_id, member_id)
){strict};
