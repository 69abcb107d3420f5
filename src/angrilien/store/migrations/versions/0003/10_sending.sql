CREATE TABLE have (
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    CONSTRAINT pk_have PRIMARY KEY (first)
)

CREATE TABLE set_aside (
    seq BIGINT NOT NULL,
    offered_at BIGINT NOT NULL,
    CONSTRAINT pk_set_aside PRIMARY KEY (seq)
)

CREATE TABLE applied_order (
    number BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    CONSTRAINT pk_applied_order PRIMARY KEY (number)
)

ALTER TABLE photo RENAME COLUMN salt TO "key"

CREATE TABLE photo_copy (
    digest VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    held_after BIGINT,
    backed_up_at BIGINT,
    CONSTRAINT pk_photo_copy PRIMARY KEY (digest),
    CONSTRAINT ck_photo_copy_state CHECK (state IN ('here', 'held', 'missing'))
)
