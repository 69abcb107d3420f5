CREATE TABLE code_secret (
    facilitator_id VARCHAR NOT NULL,
    hash VARCHAR NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT pk_code_secret PRIMARY KEY (facilitator_id)
)
