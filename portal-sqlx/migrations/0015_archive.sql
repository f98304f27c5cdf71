-- What is archived: -1 in `removal`, so that the greatest of a way up tells still whether something of it was removed.
CREATE INDEX portal_nodes_archived ON portal.nodes (firm_id, client_id, removed_at, is_document, node_id)
    WHERE removal = -1;
