CREATE TABLE alias (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    from_id TEXT NOT NULL,
    to_id TEXT NOT NULL,
    active BOOLEAN,
    inc TEXT NOT NULL,
    seq BIGINT NOT NULL,
    CONSTRAINT pk_alias PRIMARY KEY (id),
    CONSTRAINT ck_alias_kind CHECK (kind IN ('participant', 'workshop', 'facilitator', 'venue')),
    CONSTRAINT ck_alias_not_itself CHECK (from_id <> to_id)
)

CREATE INDEX ix_alias_from_id ON alias (from_id)

CREATE TABLE animateur_slot (
    slot_id VARCHAR NOT NULL,
    facilitator_id VARCHAR NOT NULL,
    CONSTRAINT pk_animateur_slot PRIMARY KEY (slot_id)
)

CREATE TABLE change (
    inc VARCHAR NOT NULL,
    seq BIGINT NOT NULL,
    schema BIGINT NOT NULL,
    entity VARCHAR NOT NULL,
    entity_id VARCHAR NOT NULL,
    op VARCHAR NOT NULL,
    base_inc VARCHAR,
    base_seq BIGINT,
    at BIGINT NOT NULL,
    tz VARCHAR NOT NULL,
    clock VARCHAR NOT NULL,
    hlc BIGINT NOT NULL,
    author VARCHAR NOT NULL,
    "commit" BLOB NOT NULL,
    chain BLOB NOT NULL,
    CONSTRAINT pk_change PRIMARY KEY (inc, seq),
    CONSTRAINT ck_change_clock CHECK (clock IN ('ok', 'unchecked', 'jumped'))
)

CREATE INDEX ix_change_entity ON change (entity_id, inc, seq)

CREATE TABLE draft (
    "key" VARCHAR NOT NULL,
    text TEXT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT pk_draft PRIMARY KEY ("key")
)

CREATE TABLE erasure (
    entity VARCHAR NOT NULL,
    entity_id VARCHAR NOT NULL,
    order_number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT pk_erasure PRIMARY KEY (entity, entity_id)
)

CREATE TABLE facilitator (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    inc TEXT NOT NULL,
    seq BIGINT NOT NULL,
    CONSTRAINT pk_facilitator PRIMARY KEY (id)
)

CREATE TABLE follow_up (
    id TEXT NOT NULL,
    workshop_id TEXT,
    participant_id TEXT,
    due TEXT,
    finished BOOLEAN,
    text TEXT NOT NULL,
    inc TEXT NOT NULL,
    seq BIGINT NOT NULL,
    CONSTRAINT pk_follow_up PRIMARY KEY (id)
)

CREATE TABLE incarnation (
    inc VARCHAR NOT NULL,
    dev VARCHAR NOT NULL,
    public BLOB NOT NULL,
    seed BLOB NOT NULL,
    made_at BIGINT NOT NULL,
    vouch BLOB,
    CONSTRAINT pk_incarnation PRIMARY KEY (inc)
)

CREATE TABLE intent (
    one INTEGER NOT NULL,
    intent VARCHAR NOT NULL,
    CONSTRAINT pk_intent PRIMARY KEY (one),
    CONSTRAINT ck_intent_one CHECK (one = 1),
    CONSTRAINT ck_intent_known CHECK (intent IN ('user', 'fork', 'pull', 'migration', 'erasure'))
)

CREATE TABLE participant (
    id TEXT NOT NULL,
    venue_id TEXT NOT NULL,
    band TEXT,
    gender TEXT,
    status TEXT,
    pseudonym TEXT,
    first_name TEXT,
    last_name TEXT,
    birth_year BIGINT,
    insee TEXT,
    postcode TEXT,
    phone TEXT,
    card TEXT,
    inc TEXT NOT NULL,
    seq BIGINT NOT NULL,
    CONSTRAINT pk_participant PRIMARY KEY (id),
    CONSTRAINT ck_participant_one_age CHECK (birth_year IS NULL OR band IS NULL)
)

CREATE TABLE person_search (
    participant_id VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    CONSTRAINT pk_person_search PRIMARY KEY (participant_id)
)

CREATE TABLE photo (
    id TEXT NOT NULL,
    workshop_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    size BIGINT NOT NULL,
    salt BLOB NOT NULL,
    inc TEXT NOT NULL,
    seq BIGINT NOT NULL,
    CONSTRAINT pk_photo PRIMARY KEY (id)
)

CREATE TABLE receipt (
    sheet_id VARCHAR NOT NULL,
    inc VARCHAR NOT NULL,
    date BIGINT NOT NULL,
    "key" VARCHAR NOT NULL,
    signature BLOB NOT NULL,
    CONSTRAINT pk_receipt PRIMARY KEY (sheet_id)
)

CREATE TABLE setting (
    name VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    CONSTRAINT pk_setting PRIMARY KEY (name)
)

CREATE TABLE sync_mark (
    one INTEGER NOT NULL,
    epoch VARCHAR NOT NULL,
    ack BIGINT NOT NULL,
    backed_up BIGINT NOT NULL,
    held INTEGER NOT NULL,
    last_order INTEGER NOT NULL,
    revoked BOOLEAN NOT NULL,
    last_sent BIGINT,
    last_contact BIGINT,
    last_try_failed BOOLEAN NOT NULL,
    skew BIGINT,
    keys VARCHAR NOT NULL,
    keys_sig VARCHAR NOT NULL,
    cert VARCHAR NOT NULL,
    cert_sig VARCHAR NOT NULL,
    venue_code VARCHAR NOT NULL,
    CONSTRAINT pk_sync_mark PRIMARY KEY (one),
    CONSTRAINT ck_sync_mark_one CHECK (one = 1)
)

CREATE TABLE venue (
    id VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    commune VARCHAR NOT NULL,
    insee VARCHAR NOT NULL,
    postcode VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    tz VARCHAR NOT NULL,
    provisional BOOLEAN NOT NULL,
    CONSTRAINT pk_venue PRIMARY KEY (id)
)

CREATE TABLE workshop (
    id TEXT NOT NULL,
    venue_id TEXT NOT NULL,
    date TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    tz TEXT NOT NULL,
    state TEXT NOT NULL,
    themes TEXT,
    level TEXT,
    place TEXT,
    places BIGINT,
    code TEXT,
    after_the_fact BOOLEAN,
    title TEXT NOT NULL,
    notes TEXT,
    inc TEXT NOT NULL,
    seq BIGINT NOT NULL,
    CONSTRAINT pk_workshop PRIMARY KEY (id),
    CONSTRAINT ck_workshop_state CHECK (state IN ('planned', 'open', 'closed', 'cancelled', 'nobody')),
    CONSTRAINT ck_workshop_times CHECK (ends_at > starts_at)
)

CREATE INDEX ix_workshop_date ON workshop (date)

CREATE TABLE attendance (
    id TEXT NOT NULL,
    workshop_id TEXT NOT NULL,
    participant_id TEXT,
    state TEXT NOT NULL,
    arrival BIGINT,
    departure BIGINT,
    first_time BOOLEAN,
    been_before BOOLEAN,
    mode TEXT,
    signature_id TEXT,
    witness_id TEXT,
    band TEXT,
    gender TEXT,
    status TEXT,
    unable_reason TEXT,
    inc TEXT NOT NULL,
    seq BIGINT NOT NULL,
    CONSTRAINT pk_attendance PRIMARY KEY (id),
    CONSTRAINT ck_attendance_state CHECK (state IN ('expected', 'present', 'excused', 'removed')),
    CONSTRAINT ck_attendance_mode CHECK (mode IN ('screen', 'paper', 'unable')),
    CONSTRAINT fk_attendance_workshop_id FOREIGN KEY(workshop_id) REFERENCES workshop (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_attendance_participant_id ON attendance (participant_id)

CREATE INDEX ix_attendance_workshop_id ON attendance (workshop_id)

CREATE TABLE change_body (
    inc VARCHAR NOT NULL,
    seq BIGINT NOT NULL,
    salt BLOB NOT NULL,
    shared TEXT NOT NULL,
    private TEXT NOT NULL,
    CONSTRAINT pk_change_body PRIMARY KEY (inc, seq),
    CONSTRAINT fk_change_body_inc FOREIGN KEY(inc, seq) REFERENCES change (inc, seq),
    CONSTRAINT ck_change_body_salt CHECK (length(salt) = 16)
)

CREATE TABLE session_note (
    id TEXT NOT NULL,
    workshop_id TEXT NOT NULL,
    equipment TEXT,
    done TEXT,
    hard TEXT,
    next_time TEXT,
    inc TEXT NOT NULL,
    seq BIGINT NOT NULL,
    CONSTRAINT pk_session_note PRIMARY KEY (id),
    CONSTRAINT fk_session_note_workshop_id FOREIGN KEY(workshop_id) REFERENCES workshop (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE sheet (
    id TEXT NOT NULL,
    workshop_id TEXT NOT NULL,
    venue_id TEXT NOT NULL,
    closed_at BIGINT NOT NULL,
    facilitator_id TEXT NOT NULL,
    lines BIGINT NOT NULL,
    present BIGINT NOT NULL,
    first_timers BIGINT NOT NULL,
    prev TEXT,
    digest TEXT NOT NULL,
    "key" TEXT NOT NULL,
    signature TEXT NOT NULL,
    inc TEXT NOT NULL,
    seq BIGINT NOT NULL,
    CONSTRAINT pk_sheet PRIMARY KEY (id),
    CONSTRAINT fk_sheet_workshop_id FOREIGN KEY(workshop_id) REFERENCES workshop (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_sheet_workshop_id ON sheet (workshop_id)

CREATE TABLE signature (
    id TEXT NOT NULL,
    workshop_id TEXT NOT NULL,
    attendance_id TEXT,
    facilitator_id TEXT,
    drawing BLOB NOT NULL,
    inc TEXT NOT NULL,
    seq BIGINT NOT NULL,
    CONSTRAINT pk_signature PRIMARY KEY (id),
    CONSTRAINT ck_signature_short CHECK (length(drawing) <= 300),
    CONSTRAINT fk_signature_workshop_id FOREIGN KEY(workshop_id) REFERENCES workshop (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_signature_attendance_id ON signature (attendance_id)

CREATE TABLE workshop_facilitator (
    id TEXT NOT NULL,
    workshop_id TEXT NOT NULL,
    facilitator_id TEXT NOT NULL,
    role TEXT NOT NULL,
    active BOOLEAN,
    inc TEXT NOT NULL,
    seq BIGINT NOT NULL,
    CONSTRAINT pk_workshop_facilitator PRIMARY KEY (id),
    CONSTRAINT fk_workshop_facilitator_workshop_id FOREIGN KEY(workshop_id) REFERENCES workshop (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_workshop_facilitator_workshop_id ON workshop_facilitator (workshop_id)

CREATE TABLE amendment (
    id TEXT NOT NULL,
    sheet_id TEXT NOT NULL,
    number BIGINT,
    made_at BIGINT NOT NULL,
    facilitator_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    "key" TEXT NOT NULL,
    signature TEXT NOT NULL,
    statement TEXT NOT NULL,
    reason TEXT NOT NULL,
    inc TEXT NOT NULL,
    seq BIGINT NOT NULL,
    CONSTRAINT pk_amendment PRIMARY KEY (id),
    CONSTRAINT fk_amendment_sheet_id FOREIGN KEY(sheet_id) REFERENCES sheet (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE sheet_line (
    id TEXT NOT NULL,
    sheet_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    attendance_id TEXT,
    mode TEXT,
    arrival BIGINT,
    departure BIGINT,
    first_time BOOLEAN,
    commitment TEXT NOT NULL,
    last_name TEXT,
    first_name TEXT,
    note TEXT,
    witness TEXT,
    signature_digest TEXT,
    salt BLOB NOT NULL,
    inc TEXT NOT NULL,
    seq BIGINT NOT NULL,
    CONSTRAINT pk_sheet_line PRIMARY KEY (id),
    CONSTRAINT fk_sheet_line_sheet_id FOREIGN KEY(sheet_id) REFERENCES sheet (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_sheet_line_sheet_id ON sheet_line (sheet_id)

CREATE TRIGGER change_no_update BEFORE UPDATE ON change
WHEN 1
BEGIN SELECT RAISE(ABORT, 'the change log is never altered'); END

CREATE TRIGGER change_no_delete BEFORE DELETE ON change
WHEN 1
BEGIN SELECT RAISE(ABORT, 'the change log is never altered'); END

CREATE TRIGGER change_insert AFTER INSERT ON change
WHEN COALESCE((SELECT intent FROM intent), '') NOT IN ('user', 'fork') AND NOT
(COALESCE((SELECT intent FROM intent), '') = 'pull' AND NEW.inc <> (SELECT inc FROM
incarnation ORDER BY made_at DESC, inc DESC LIMIT 1))
BEGIN SELECT RAISE(ABORT, 'only people make changes'); END

CREATE TRIGGER change_contiguous AFTER INSERT ON change
WHEN NEW.seq <> 1 + (SELECT COALESCE(MAX(seq), 0) FROM change WHERE inc = NEW.inc
AND seq < NEW.seq)
BEGIN SELECT RAISE(ABORT, 'a change is missing before this one'); END

CREATE TRIGGER change_body_no_update BEFORE UPDATE ON change_body
WHEN 1
BEGIN SELECT RAISE(ABORT, 'the change log is never altered'); END

CREATE TRIGGER change_body_delete BEFORE DELETE ON change_body
WHEN NOT (COALESCE((SELECT intent FROM intent), '') = 'erasure' AND EXISTS (SELECT 1
FROM erasure e JOIN change c ON c.entity = e.entity AND c.entity_id = e.entity_id
WHERE c.inc = OLD.inc AND c.seq = OLD.seq))
BEGIN SELECT RAISE(ABORT, 'only an erasure removes a body'); END

CREATE TRIGGER facilitator_insert_intent AFTER INSERT ON facilitator
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER facilitator_insert_logged AFTER INSERT ON facilitator
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'facilitator' AND
entity_id = NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc
= NEW.inc AND seq > NEW.seq AND entity = 'facilitator'))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER facilitator_insert_erasure AFTER INSERT ON facilitator
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'facilitator' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER facilitator_update_intent AFTER UPDATE ON facilitator
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER facilitator_update_logged AFTER UPDATE ON facilitator
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'facilitator' AND
entity_id = NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc
= NEW.inc AND seq > NEW.seq AND entity = 'facilitator') OR (NEW.inc = OLD.inc AND
NEW.seq = OLD.seq))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER facilitator_update_erasure AFTER UPDATE ON facilitator
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'facilitator' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER facilitator_delete BEFORE DELETE ON facilitator
WHEN COALESCE((SELECT intent FROM intent), '') NOT IN ('pull', 'migration') AND NOT
(COALESCE((SELECT intent FROM intent), '') = 'erasure' AND EXISTS (SELECT 1 FROM
erasure WHERE entity = 'facilitator' AND entity_id = OLD.id))
BEGIN SELECT RAISE(ABORT, 'rows are not deleted'); END

CREATE TRIGGER workshop_insert_intent AFTER INSERT ON workshop
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER workshop_insert_logged AFTER INSERT ON workshop
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'workshop' AND entity_id =
NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'workshop'))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER workshop_insert_erasure AFTER INSERT ON workshop
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'workshop' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER workshop_update_intent AFTER UPDATE ON workshop
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER workshop_update_logged AFTER UPDATE ON workshop
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'workshop' AND entity_id =
NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'workshop') OR (NEW.inc = OLD.inc AND NEW.seq =
OLD.seq))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER workshop_update_erasure AFTER UPDATE ON workshop
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'workshop' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER workshop_delete BEFORE DELETE ON workshop
WHEN COALESCE((SELECT intent FROM intent), '') NOT IN ('pull', 'migration') AND NOT
(COALESCE((SELECT intent FROM intent), '') = 'erasure' AND EXISTS (SELECT 1 FROM
erasure WHERE entity = 'workshop' AND entity_id = OLD.id))
BEGIN SELECT RAISE(ABORT, 'rows are not deleted'); END

CREATE TRIGGER workshop_facilitator_insert_intent AFTER INSERT ON workshop_facilitator
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER workshop_facilitator_insert_logged AFTER INSERT ON workshop_facilitator
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'workshop_facilitator' AND
entity_id = NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc
= NEW.inc AND seq > NEW.seq AND entity = 'workshop_facilitator'))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER workshop_facilitator_insert_erasure AFTER INSERT ON workshop_facilitator
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'workshop_facilitator' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER workshop_facilitator_update_intent AFTER UPDATE ON workshop_facilitator
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER workshop_facilitator_update_logged AFTER UPDATE ON workshop_facilitator
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'workshop_facilitator' AND
entity_id = NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc
= NEW.inc AND seq > NEW.seq AND entity = 'workshop_facilitator') OR (NEW.inc =
OLD.inc AND NEW.seq = OLD.seq))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER workshop_facilitator_update_erasure AFTER UPDATE ON workshop_facilitator
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'workshop_facilitator' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER workshop_facilitator_delete BEFORE DELETE ON workshop_facilitator
WHEN COALESCE((SELECT intent FROM intent), '') NOT IN ('pull', 'migration') AND NOT
(COALESCE((SELECT intent FROM intent), '') = 'erasure' AND EXISTS (SELECT 1 FROM
erasure WHERE entity = 'workshop_facilitator' AND entity_id = OLD.id))
BEGIN SELECT RAISE(ABORT, 'rows are not deleted'); END

CREATE TRIGGER participant_insert_intent AFTER INSERT ON participant
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER participant_insert_logged AFTER INSERT ON participant
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'participant' AND
entity_id = NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc
= NEW.inc AND seq > NEW.seq AND entity = 'participant'))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER participant_insert_erasure AFTER INSERT ON participant
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'participant' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER participant_update_intent AFTER UPDATE ON participant
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER participant_update_logged AFTER UPDATE ON participant
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'participant' AND
entity_id = NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc
= NEW.inc AND seq > NEW.seq AND entity = 'participant') OR (NEW.inc = OLD.inc AND
NEW.seq = OLD.seq))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER participant_update_erasure AFTER UPDATE ON participant
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'participant' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER participant_delete BEFORE DELETE ON participant
WHEN COALESCE((SELECT intent FROM intent), '') NOT IN ('pull', 'migration') AND NOT
(COALESCE((SELECT intent FROM intent), '') = 'erasure' AND EXISTS (SELECT 1 FROM
erasure WHERE entity = 'participant' AND entity_id = OLD.id))
BEGIN SELECT RAISE(ABORT, 'rows are not deleted'); END

CREATE TRIGGER attendance_insert_intent AFTER INSERT ON attendance
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER attendance_insert_logged AFTER INSERT ON attendance
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'attendance' AND entity_id
= NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'attendance'))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER attendance_insert_erasure AFTER INSERT ON attendance
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'attendance' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER attendance_update_intent AFTER UPDATE ON attendance
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER attendance_update_logged AFTER UPDATE ON attendance
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'attendance' AND entity_id
= NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'attendance') OR (NEW.inc = OLD.inc AND NEW.seq =
OLD.seq))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER attendance_update_erasure AFTER UPDATE ON attendance
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'attendance' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER attendance_delete BEFORE DELETE ON attendance
WHEN COALESCE((SELECT intent FROM intent), '') NOT IN ('pull', 'migration') AND NOT
(COALESCE((SELECT intent FROM intent), '') = 'erasure' AND EXISTS (SELECT 1 FROM
erasure WHERE entity = 'attendance' AND entity_id = OLD.id))
BEGIN SELECT RAISE(ABORT, 'rows are not deleted'); END

CREATE TRIGGER signature_insert_intent AFTER INSERT ON signature
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER signature_insert_logged AFTER INSERT ON signature
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'signature' AND entity_id
= NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'signature'))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER signature_insert_erasure AFTER INSERT ON signature
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'signature' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER signature_update_intent AFTER UPDATE ON signature
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER signature_update_logged AFTER UPDATE ON signature
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'signature' AND entity_id
= NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'signature') OR (NEW.inc = OLD.inc AND NEW.seq =
OLD.seq))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER signature_update_erasure AFTER UPDATE ON signature
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'signature' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER signature_delete BEFORE DELETE ON signature
WHEN COALESCE((SELECT intent FROM intent), '') NOT IN ('pull', 'migration') AND NOT
(COALESCE((SELECT intent FROM intent), '') = 'erasure' AND EXISTS (SELECT 1 FROM
erasure WHERE entity = 'signature' AND entity_id = OLD.id))
BEGIN SELECT RAISE(ABORT, 'rows are not deleted'); END

CREATE TRIGGER session_note_insert_intent AFTER INSERT ON session_note
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER session_note_insert_logged AFTER INSERT ON session_note
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'session_note' AND
entity_id = NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc
= NEW.inc AND seq > NEW.seq AND entity = 'session_note'))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER session_note_insert_erasure AFTER INSERT ON session_note
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'session_note' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER session_note_update_intent AFTER UPDATE ON session_note
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER session_note_update_logged AFTER UPDATE ON session_note
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'session_note' AND
entity_id = NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc
= NEW.inc AND seq > NEW.seq AND entity = 'session_note') OR (NEW.inc = OLD.inc AND
NEW.seq = OLD.seq))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER session_note_update_erasure AFTER UPDATE ON session_note
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'session_note' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER session_note_delete BEFORE DELETE ON session_note
WHEN COALESCE((SELECT intent FROM intent), '') NOT IN ('pull', 'migration') AND NOT
(COALESCE((SELECT intent FROM intent), '') = 'erasure' AND EXISTS (SELECT 1 FROM
erasure WHERE entity = 'session_note' AND entity_id = OLD.id))
BEGIN SELECT RAISE(ABORT, 'rows are not deleted'); END

CREATE TRIGGER follow_up_insert_intent AFTER INSERT ON follow_up
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER follow_up_insert_logged AFTER INSERT ON follow_up
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'follow_up' AND entity_id
= NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'follow_up'))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER follow_up_insert_erasure AFTER INSERT ON follow_up
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'follow_up' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER follow_up_update_intent AFTER UPDATE ON follow_up
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER follow_up_update_logged AFTER UPDATE ON follow_up
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'follow_up' AND entity_id
= NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'follow_up') OR (NEW.inc = OLD.inc AND NEW.seq =
OLD.seq))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER follow_up_update_erasure AFTER UPDATE ON follow_up
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'follow_up' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER follow_up_delete BEFORE DELETE ON follow_up
WHEN COALESCE((SELECT intent FROM intent), '') NOT IN ('pull', 'migration') AND NOT
(COALESCE((SELECT intent FROM intent), '') = 'erasure' AND EXISTS (SELECT 1 FROM
erasure WHERE entity = 'follow_up' AND entity_id = OLD.id))
BEGIN SELECT RAISE(ABORT, 'rows are not deleted'); END

CREATE TRIGGER sheet_insert_intent AFTER INSERT ON sheet
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER sheet_insert_logged AFTER INSERT ON sheet
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'sheet' AND entity_id =
NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'sheet'))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER sheet_insert_erasure AFTER INSERT ON sheet
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'sheet' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER sheet_update_intent AFTER UPDATE ON sheet
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER sheet_update_logged AFTER UPDATE ON sheet
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'sheet' AND entity_id =
NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'sheet') OR (NEW.inc = OLD.inc AND NEW.seq =
OLD.seq))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER sheet_update_erasure AFTER UPDATE ON sheet
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'sheet' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER sheet_delete BEFORE DELETE ON sheet
WHEN COALESCE((SELECT intent FROM intent), '') NOT IN ('pull', 'migration') AND NOT
(COALESCE((SELECT intent FROM intent), '') = 'erasure' AND EXISTS (SELECT 1 FROM
erasure WHERE entity = 'sheet' AND entity_id = OLD.id))
BEGIN SELECT RAISE(ABORT, 'rows are not deleted'); END

CREATE TRIGGER sheet_frozen_update BEFORE UPDATE ON sheet
WHEN COALESCE((SELECT intent FROM intent), '') <> 'erasure'
BEGIN SELECT RAISE(ABORT, 'a closed sheet does not change'); END

CREATE TRIGGER sheet_frozen_delete BEFORE DELETE ON sheet
WHEN COALESCE((SELECT intent FROM intent), '') <> 'erasure'
BEGIN SELECT RAISE(ABORT, 'a closed sheet does not change'); END

CREATE TRIGGER sheet_line_insert_intent AFTER INSERT ON sheet_line
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER sheet_line_insert_logged AFTER INSERT ON sheet_line
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'sheet_line' AND entity_id
= NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'sheet_line'))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER sheet_line_insert_erasure AFTER INSERT ON sheet_line
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'sheet_line' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER sheet_line_update_intent AFTER UPDATE ON sheet_line
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER sheet_line_update_logged AFTER UPDATE ON sheet_line
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'sheet_line' AND entity_id
= NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'sheet_line') OR (NEW.inc = OLD.inc AND NEW.seq =
OLD.seq))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER sheet_line_update_erasure AFTER UPDATE ON sheet_line
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'sheet_line' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER sheet_line_delete BEFORE DELETE ON sheet_line
WHEN COALESCE((SELECT intent FROM intent), '') NOT IN ('pull', 'migration') AND NOT
(COALESCE((SELECT intent FROM intent), '') = 'erasure' AND EXISTS (SELECT 1 FROM
erasure WHERE entity = 'sheet_line' AND entity_id = OLD.id))
BEGIN SELECT RAISE(ABORT, 'rows are not deleted'); END

CREATE TRIGGER sheet_line_frozen_update BEFORE UPDATE ON sheet_line
WHEN COALESCE((SELECT intent FROM intent), '') <> 'erasure'
BEGIN SELECT RAISE(ABORT, 'a closed sheet does not change'); END

CREATE TRIGGER sheet_line_frozen_delete BEFORE DELETE ON sheet_line
WHEN COALESCE((SELECT intent FROM intent), '') <> 'erasure'
BEGIN SELECT RAISE(ABORT, 'a closed sheet does not change'); END

CREATE TRIGGER amendment_insert_intent AFTER INSERT ON amendment
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER amendment_insert_logged AFTER INSERT ON amendment
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'amendment' AND entity_id
= NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'amendment'))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER amendment_insert_erasure AFTER INSERT ON amendment
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'amendment' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER amendment_update_intent AFTER UPDATE ON amendment
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER amendment_update_logged AFTER UPDATE ON amendment
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'amendment' AND entity_id
= NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'amendment') OR (NEW.inc = OLD.inc AND NEW.seq =
OLD.seq))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER amendment_update_erasure AFTER UPDATE ON amendment
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'amendment' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER amendment_delete BEFORE DELETE ON amendment
WHEN COALESCE((SELECT intent FROM intent), '') NOT IN ('pull', 'migration') AND NOT
(COALESCE((SELECT intent FROM intent), '') = 'erasure' AND EXISTS (SELECT 1 FROM
erasure WHERE entity = 'amendment' AND entity_id = OLD.id))
BEGIN SELECT RAISE(ABORT, 'rows are not deleted'); END

CREATE TRIGGER photo_insert_intent AFTER INSERT ON photo
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER photo_insert_logged AFTER INSERT ON photo
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'photo' AND entity_id =
NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'photo'))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER photo_insert_erasure AFTER INSERT ON photo
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'photo' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER photo_update_intent AFTER UPDATE ON photo
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER photo_update_logged AFTER UPDATE ON photo
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'photo' AND entity_id =
NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'photo') OR (NEW.inc = OLD.inc AND NEW.seq =
OLD.seq))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER photo_update_erasure AFTER UPDATE ON photo
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'photo' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER photo_delete BEFORE DELETE ON photo
WHEN COALESCE((SELECT intent FROM intent), '') NOT IN ('pull', 'migration') AND NOT
(COALESCE((SELECT intent FROM intent), '') = 'erasure' AND EXISTS (SELECT 1 FROM
erasure WHERE entity = 'photo' AND entity_id = OLD.id))
BEGIN SELECT RAISE(ABORT, 'rows are not deleted'); END

CREATE TRIGGER alias_insert_intent AFTER INSERT ON alias
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER alias_insert_logged AFTER INSERT ON alias
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'alias' AND entity_id =
NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'alias'))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER alias_insert_erasure AFTER INSERT ON alias
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'alias' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER alias_update_intent AFTER UPDATE ON alias
WHEN (SELECT intent FROM intent) IS NULL
BEGIN SELECT RAISE(ABORT, 'a write without an intent'); END

CREATE TRIGGER alias_update_logged AFTER UPDATE ON alias
WHEN (SELECT intent FROM intent) IN ('user', 'fork') AND (NOT EXISTS (SELECT 1 FROM
change WHERE inc = NEW.inc AND seq = NEW.seq AND entity = 'alias' AND entity_id =
NEW.id) OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc
AND seq > NEW.seq AND entity = 'alias') OR (NEW.inc = OLD.inc AND NEW.seq =
OLD.seq))
BEGIN SELECT RAISE(ABORT, 'a row that its change does not write'); END

CREATE TRIGGER alias_update_erasure AFTER UPDATE ON alias
WHEN (SELECT intent FROM intent) = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure
WHERE entity = 'alias' AND entity_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'an erasure touches only what its order names'); END

CREATE TRIGGER alias_delete BEFORE DELETE ON alias
WHEN COALESCE((SELECT intent FROM intent), '') NOT IN ('pull', 'migration') AND NOT
(COALESCE((SELECT intent FROM intent), '') = 'erasure' AND EXISTS (SELECT 1 FROM
erasure WHERE entity = 'alias' AND entity_id = OLD.id))
BEGIN SELECT RAISE(ABORT, 'rows are not deleted'); END
