-- Trees of folders that a firm plants at its clients; `folders` is one text, for it is read and written whole.
CREATE TABLE portal.folder_templates (
    firm_id {id} NOT NULL,
    template_id {id} NOT NULL,
    version {int} NOT NULL,
    name {text} NOT NULL,
    folders {text} NOT NULL,
    is_default {int} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (firm_id, template_id)
){strict};
CREATE INDEX portal_folder_templates_by_name ON portal.folder_templates (firm_id, name, template_id);
