-- A firm of which there is much. `i` holds the numbers from 1 to as many as are wanted; marks stand around the number of an id.

INSERT INTO portal.firms (firm_id, version, external_id, name, color, client_uploads_for_new_clients,
        contacts_hear_of_uploads, file_names_in_mail, max_upload_bytes, created_at)
    SELECT #n#, 1, printf('f_%d', n), printf('Firm %d', n), 0, 1, 0, 1, 1000, 1 FROM i;
INSERT INTO portal.members (firm_id, member_id, version, external_id, name, email, role, created_at)
    SELECT #1#, #n#, 1, printf('u_%d', n), printf('Member %d', n), 'member@firm.test', iif(n = 1, 2, 0), 1 FROM i;
-- The first has the root 10, the second 22.
INSERT INTO portal.clients (firm_id, client_id, version, external_id, name, folded, root_id, created_at)
    SELECT #1#, #n#, 1, printf('c_%d', n), printf('Client %d', n), printf('client %d', n), #iif(n = 1, 10, 20 + n)#, 1
    FROM i;
INSERT INTO portal.trees (firm_id, client_id, version) SELECT #1#, #n#, 1 FROM i;
INSERT INTO portal.assignments (firm_id, client_id, member_id, version, created_at) SELECT #1#, #n#, #1#, 1, 1 FROM i;
-- The second looks after twenty clients, and the third after the first, of which there is much.
INSERT INTO portal.assignments (firm_id, client_id, member_id, version, created_at)
    SELECT #1#, #1 + n#, #2#, 1, 1 FROM i WHERE n <= 20;
INSERT INTO portal.assignments (firm_id, client_id, member_id, version, created_at)
    SELECT #1#, #1#, #3#, 1, 1 FROM i WHERE n = 1;
INSERT INTO portal.contacts (firm_id, contact_id, version, client_id, external_id, name, email, canonical, created_at)
    SELECT #1#, #n#, 1, #iif(n = 2, 2, 1)#, printf('p_%d', n), printf('Contact %d', n), printf('p%d@acme.test', n),
        printf('p%d@acme.test', n), 1 FROM i;
INSERT INTO portal.portal_access (firm_id, contact_id, version, allowed) SELECT #1#, #n#, 1, 1 FROM i;

INSERT INTO portal.attempts (address_key, attempt_id, version, email, firm_id, browser, state, failures, asked_at,
        expires_at)
    SELECT #n#, #n#, 1, printf('p%d@acme.test', n), #1#, zeroblob(32), 0, 0, 1, n FROM i;
INSERT INTO portal.limits (subject_key, kind, version, count, since) SELECT #n#, 2, 1, 1, n FROM i;
INSERT INTO portal.logins (login_id, version, address_key, email, created_at)
    SELECT #n#, 1, #n#, printf('p%d@acme.test', n), 1 FROM i;
INSERT INTO portal.sessions (login_id, session_id, version, address_key, firm_id, token, proof_method, proof_at, device,
        created_at, seen_at, expires_at, over_at)
    SELECT #n#, #n#, 1, #n#, #1#, zeroblob(32), 0, 1, 'Firefox', 1, 1, n, n FROM i;
INSERT INTO portal.reaches (address_key, contact_id, version, firm_id, client_id)
    SELECT #n#, #n#, 1, #1#, #1# FROM i;

-- Roots; below the first `all`, and in it `flat`, `bin` and the leaves; below the second `asleep`, in the trash.
CREATE TEMP TABLE folder (id BLOB, client BLOB, parent BLOB, name TEXT, removal INTEGER, kind INTEGER);
INSERT INTO folder VALUES (#10#, #1#, NULL, 'files', 0, 0), (#22#, #2#, NULL, 'files', 0, 0),
    (#11#, #1#, #10#, 'all', 0, 2), (#12#, #1#, #11#, 'flat', 0, 2), (#13#, #1#, #11#, 'bin', 0, 2),
    (#23#, #2#, #22#, 'asleep', 1, 2), (#24#, #2#, #22#, 'granted to many', 0, 2);
INSERT INTO folder SELECT #1000000 + n#, #1#, #11#, printf('leaf %d', n), 0, 2 FROM i WHERE n % 100 = 0;
INSERT INTO portal.nodes (firm_id, node_id, is_document, version, client_id, parent_id, name, folded, removal,
        removed_at, created_by, created_at, folder_kind)
    SELECT #1#, id, 0, 1, client, parent, name, name, removal, iif(removal = 0, NULL, 5), 0, 1, kind FROM folder;

CREATE TEMP TABLE document (id BLOB, client BLOB, parent BLOB, name TEXT, removal INTEGER, at INTEGER);
INSERT INTO document SELECT #10000000 + n#, #1#, #12#, iif(n = 1, 'scan.pdf', printf('scan (%d).pdf', n)), 0, n FROM i;
INSERT INTO document SELECT #20000000 + n#, #1#, #1000100 + (n - 1) / 100 * 100#, printf('document %d.pdf', n), 0, n
    FROM i;
INSERT INTO document SELECT #30000000 + n#, #1#, #13#, printf('document %d.pdf', n), 1, n FROM i;
INSERT INTO document SELECT #40000000 + n#, #2#, #23#, printf('document %d.pdf', n), 0, n FROM i;
INSERT INTO document VALUES (#18#, #1#, #11#, 'often.pdf', 0, 1), (#28#, #2#, #22#, 'awake.pdf', 0, 1);
INSERT INTO portal.nodes (firm_id, node_id, is_document, version, client_id, parent_id, name, folded, removal,
        removed_at, created_by, created_at, current_id, current_at)
    SELECT #1#, id, 1, 1, client, parent, name, name, removal, iif(removal = 0, NULL, at), 0, 1, id, at FROM document;
INSERT INTO portal.document_versions (firm_id, version_id, version, document_id, blob_key, size_bytes, sha256,
        uploaded_as, uploaded_by, uploaded_by_id, uploaded_at)
    SELECT #1#, id, 1, id, id, 1, zeroblob(32), name, 2, #1#, at FROM document
    UNION ALL
    SELECT #1#, #50000000 + n#, 1, #18#, #50000000 + n#, 1, zeroblob(32), 'often.pdf', 0, NULL, n FROM i;
INSERT INTO portal.uploads (firm_id, upload_id, version, client_id, into_id, into_is_document, name, blob_key,
        uploaded_by, uploaded_by_id, started_at, deadline, taken_bytes, part_tags, digest_state)
    SELECT #1#, #n#, 1, #1#, #12#, 0, 'scan.pdf', #60000000 + n#, 2, #1#, n, n, 0, '', unhex('67e6096a85ae67bb72f36e3c3af54fa57f520e518c68059babd9831f19cde05b' || hex(zeroblob(72))) FROM i;
INSERT INTO portal.condemned_blobs (firm_id, blob_key, version, since) SELECT #1#, #70000000 + n#, 1, n FROM i;
INSERT INTO portal.grants (firm_id, grant_id, version, client_id, node_id, is_document, audience, contact_id, access,
        alerts, created_by, created_at)
    VALUES (#1#, #1#, 1, #1#, #11#, 0, 0, #0#, 0, 1, 0, 1), (#1#, #2#, 1, #1#, #10000001#, 1, 1, #1#, 0, 1, 0, 1),
        (#1#, #3#, 1, #2#, #22#, 0, 0, #0#, 0, 1, 0, 1);
INSERT INTO portal.grants (firm_id, grant_id, version, client_id, node_id, is_document, audience, contact_id, access,
        alerts, created_by, created_at)
    SELECT #1#, #1000 + n#, 1, #2#, #24#, 0, 1, #n#, 0, 1, 0, 1 FROM i;

-- One event was committed; there were many like it. Every second is still to be told.
INSERT INTO portal.links (lead_id, chain, chain_id, sequence, events, head)
    SELECT lead_id, chain, chain_id, sequence + n, events, head FROM portal.links CROSS JOIN i;
UPDATE portal.chains SET sequence = (SELECT max(sequence) FROM portal.links);
INSERT INTO portal.events (lead_id, space, event_id, at, actor, actor_id, client_id, payload, chain_lead_id, chain,
        chain_id, link_sequence)
    SELECT lead_id, space, #n#, at, actor, actor_id, client_id, payload, chain_lead_id, chain, chain_id,
        link_sequence + n FROM portal.events CROSS JOIN i;
INSERT INTO portal.outbox (lead_id, space, event_id, number, lane)
    SELECT lead_id, space, event_id, number, 1 FROM portal.events WHERE number % 2 = 0;
INSERT INTO portal.outcomes (lead_id, scope, input, run, made_at) SELECT #1#, #n#, zeroblob(32), #1#, n FROM i;

-- To everybody one message that waits and one that went, to one address very many; of another client very many failed; for
-- one address very many others wait, one of the second client.
CREATE TEMP TABLE message (id BLOB, recipient BLOB, client BLOB, address TEXT, lane INTEGER, at INTEGER, state INTEGER);
INSERT INTO message SELECT #n#, #n#, #1#, printf('p%d@acme.test', n), 1, n, 0 FROM i;
INSERT INTO message SELECT #10000000 + n#, #n#, #1#, printf('p%d@acme.test', n), 1, n, iif(n <= 20, 3, 1) FROM i;
INSERT INTO message SELECT #20000000 + n#, #1#, #1#, 'p1@acme.test', 0, n, 0 FROM i;
INSERT INTO message SELECT #30000000 + n#, #2#, #2#, 'p2@acme.test', 1, n, 3 FROM i;
INSERT INTO message SELECT #40000000 + n#, #1#, #iif(n = 1, 2, 3)#, 'p0@acme.test', 1, 100000000, 0 FROM i;
INSERT INTO portal.messages (lead_id, space, message_id, firm_id, recipient, recipient_id, address, canonical, kind, lane,
        client_id, batched, created_at, due_at, state, tries)
    SELECT #1#, 0, id, #1#, 0, recipient, address, address, 1, lane, client, 1, 1, at, state, 0 FROM message;
-- One message speaks of very many events.
INSERT INTO portal.message_events (lead_id, space, message_id, position, event_id, canonical, kind)
    SELECT #1#, 0, #40000001#, n, #80000000 + n#, 'p0@acme.test', 1 FROM i;
