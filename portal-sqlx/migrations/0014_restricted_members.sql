-- Whether members see only the clients that they are assigned to.
ALTER TABLE portal.firms ADD COLUMN members_restricted {int} NOT NULL DEFAULT 0;
-- The clients of a member.
CREATE INDEX portal_assignments_by_member ON portal.assignments (firm_id, member_id, client_id);
