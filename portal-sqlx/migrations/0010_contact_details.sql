-- How else a contact is reached: a line for each address and number, led by its kind. Nothing is looked up by them.
ALTER TABLE portal.contacts ADD COLUMN other_emails {text} NOT NULL DEFAULT '';
ALTER TABLE portal.contacts ADD COLUMN phones {text} NOT NULL DEFAULT '';
