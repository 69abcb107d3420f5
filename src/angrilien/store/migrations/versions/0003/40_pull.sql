CREATE TABLE doubt (
    entity VARCHAR NOT NULL,
    entity_id VARCHAR NOT NULL,
    CONSTRAINT pk_doubt PRIMARY KEY (entity, entity_id)
)

CREATE TABLE bundle (
    scope VARCHAR NOT NULL,
    number BIGINT NOT NULL,
    payload TEXT NOT NULL,
    signature VARCHAR NOT NULL,
    CONSTRAINT pk_bundle PRIMARY KEY (scope, number)
)

DROP TRIGGER change_contiguous

CREATE TRIGGER change_contiguous AFTER INSERT ON change WHEN EXISTS (SELECT 1 FROM incarnation
WHERE inc = NEW.inc) AND NEW.seq <> 1 + (SELECT COALESCE(MAX(seq), 0) FROM change WHERE inc =
NEW.inc AND seq < NEW.seq) BEGIN SELECT RAISE(ABORT, 'a change is missing before this one'); END
