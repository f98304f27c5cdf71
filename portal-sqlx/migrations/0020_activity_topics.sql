-- What each event is about, and the ways to it: by topic, by who did it, by when.
ALTER TABLE portal.events ADD COLUMN topic {int};

UPDATE portal.events SET topic = CASE
    WHEN payload LIKE '{"sharing"%' THEN 1
    WHEN payload LIKE '{"files":{"what":"uploaded"%' OR payload LIKE '{"files":{"what":"version_added"%'
        OR payload LIKE '{"files":{"what":"done_uploading"%' OR payload LIKE '{"files":{"what":"withdrawn"%'
        OR payload LIKE '{"files":{"what":"infected"%' THEN 2
    WHEN payload LIKE '{"files":{"what":"downloaded"%' OR payload LIKE '{"files":{"what":"opened"%' THEN 3
    WHEN payload LIKE '{"files"%' OR payload LIKE '{"directory":{"what":"folder_template_applied"%' THEN 4
    WHEN payload LIKE '{"delivery"%' OR payload LIKE '{"directory":{"what":"mail_%'
        OR payload LIKE '{"directory":{"what":"bounce_cleared"%' THEN 5
    WHEN payload LIKE '{"identity"%' OR payload LIKE '{"directory":{"what":"contact_%'
        OR payload LIKE '{"directory":{"what":"portal_access_changed"%'
        OR payload LIKE '{"directory":{"what":"assigned"%' OR payload LIKE '{"directory":{"what":"unassigned"%'
        OR payload LIKE '{"directory":{"what":"member_%' THEN 6
    ELSE 7 END;

CREATE INDEX portal_events_by_topic ON portal.events (lead_id, client_id, topic, number) WHERE client_id IS NOT NULL;
CREATE INDEX portal_events_by_actor ON portal.events (lead_id, client_id, actor, actor_id, number)
    WHERE client_id IS NOT NULL;
CREATE INDEX portal_events_by_time ON portal.events (lead_id, client_id, at, number) WHERE client_id IS NOT NULL;
CREATE INDEX portal_events_of_firm_by_topic ON portal.events (lead_id, space, topic, number) WHERE client_id IS NULL;
CREATE INDEX portal_events_of_firm_by_actor ON portal.events (lead_id, space, actor, actor_id, number)
    WHERE client_id IS NULL;
CREATE INDEX portal_events_of_firm_by_time ON portal.events (lead_id, space, at, number) WHERE client_id IS NULL;
