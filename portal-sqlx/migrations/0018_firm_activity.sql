-- What happened at a firm and at none of its clients, the latest first.
CREATE INDEX portal_events_of_firm ON portal.events (lead_id, space, number) WHERE client_id IS NULL;
