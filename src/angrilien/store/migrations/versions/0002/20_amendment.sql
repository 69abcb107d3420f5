DROP TABLE amendment

CREATE TABLE amendment (
    id TEXT NOT NULL,
    sheet_id TEXT NOT NULL,
    number BIGINT,
    made_at BIGINT NOT NULL,
    facilitator_id TEXT NOT NULL,
    prev TEXT,
    commitment TEXT NOT NULL,
    signature_id TEXT,
    digest TEXT NOT NULL,
    "key" TEXT NOT NULL,
    signature TEXT NOT NULL,
    statement TEXT NOT NULL,
    reason TEXT NOT NULL,
    signature_digest TEXT,
    salt BLOB NOT NULL,
    inc TEXT NOT NULL,
    seq BIGINT NOT NULL,
    CONSTRAINT pk_amendment PRIMARY KEY (id),
    CONSTRAINT fk_amendment_sheet_id FOREIGN KEY(sheet_id) REFERENCES sheet (id) DEFERRABLE INITIALLY DEFERRED
)

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
