-- What a firm lets its clients and its team do.
ALTER TABLE portal.firms ADD COLUMN contacts_make_folders {int} NOT NULL DEFAULT 0;
