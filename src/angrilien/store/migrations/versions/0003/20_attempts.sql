CREATE TABLE attempt (
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    lines BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    outcome VARCHAR NOT NULL,
    status BIGINT NOT NULL,
    milliseconds BIGINT NOT NULL,
    CONSTRAINT pk_attempt PRIMARY KEY (number)
)

CREATE TABLE held (
    inc VARCHAR NOT NULL,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    code VARCHAR NOT NULL,
    CONSTRAINT pk_held PRIMARY KEY (inc, first)
)
