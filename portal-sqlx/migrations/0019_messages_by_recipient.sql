-- What was sent to one person.
CREATE INDEX portal_messages_by_recipient ON portal.messages (lead_id, space, recipient_id, number);
