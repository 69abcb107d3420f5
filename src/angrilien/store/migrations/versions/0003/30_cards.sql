CREATE INDEX ix_participant_card ON participant (card)
