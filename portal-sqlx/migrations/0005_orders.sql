-- Lists by date: a folder's is when it was made. A document's has its index from the start.
CREATE INDEX portal_nodes_folders_by_age ON portal.nodes (firm_id, parent_id, created_at, node_id)
    WHERE removal = 0 AND is_document = 0;
CREATE INDEX portal_clients_by_age ON portal.clients (firm_id, created_at, client_id);
