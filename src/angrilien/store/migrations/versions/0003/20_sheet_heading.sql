ALTER TABLE sheet ADD COLUMN date TEXT

ALTER TABLE sheet ADD COLUMN starts_at BIGINT

ALTER TABLE sheet ADD COLUMN ends_at BIGINT

ALTER TABLE sheet ADD COLUMN tz TEXT

ALTER TABLE sheet ADD COLUMN anonymous BIGINT

ALTER TABLE sheet_line ADD COLUMN code TEXT

ALTER TABLE sheet_line ADD COLUMN after_the_fact BOOLEAN

ALTER TABLE sheet_line ADD COLUMN title TEXT

ALTER TABLE sheet_line ADD COLUMN facilitators TEXT

ALTER TABLE sheet_line ADD COLUMN venue TEXT

ALTER TABLE sheet_line ADD COLUMN address TEXT

ALTER TABLE sheet_line ADD COLUMN commune TEXT

DROP TRIGGER sheet_frozen_update

CREATE TRIGGER sheet_frozen_update BEFORE UPDATE ON sheet WHEN COALESCE((SELECT intent FROM
intent), '') <> 'erasure' AND NOT (COALESCE((SELECT intent FROM intent), '') = 'fork' AND NEW.id
IS OLD.id AND NEW.workshop_id IS OLD.workshop_id AND NEW.venue_id IS OLD.venue_id AND
NEW.closed_at IS OLD.closed_at AND NEW.facilitator_id IS OLD.facilitator_id AND NEW.lines IS
OLD.lines AND NEW.present IS OLD.present AND NEW.first_timers IS OLD.first_timers AND NEW.prev
IS OLD.prev AND NEW.digest IS OLD.digest AND NEW.key IS OLD.key AND NEW.signature IS
OLD.signature AND NEW.date IS OLD.date AND NEW.starts_at IS OLD.starts_at AND NEW.ends_at IS
OLD.ends_at AND NEW.tz IS OLD.tz AND NEW.anonymous IS OLD.anonymous) BEGIN SELECT RAISE(ABORT,
'a closed sheet does not change'); END

DROP TRIGGER sheet_line_frozen_update

CREATE TRIGGER sheet_line_frozen_update BEFORE UPDATE ON sheet_line WHEN COALESCE((SELECT intent
FROM intent), '') <> 'erasure' AND NOT (COALESCE((SELECT intent FROM intent), '') = 'fork' AND
NEW.id IS OLD.id AND NEW.sheet_id IS OLD.sheet_id AND NEW.number IS OLD.number AND NEW.kind IS
OLD.kind AND NEW.attendance_id IS OLD.attendance_id AND NEW.mode IS OLD.mode AND NEW.arrival IS
OLD.arrival AND NEW.departure IS OLD.departure AND NEW.first_time IS OLD.first_time AND
NEW.commitment IS OLD.commitment AND NEW.last_name IS OLD.last_name AND NEW.first_name IS
OLD.first_name AND NEW.note IS OLD.note AND NEW.witness IS OLD.witness AND NEW.signature_digest
IS OLD.signature_digest AND NEW.salt IS OLD.salt AND NEW.code IS OLD.code AND NEW.after_the_fact
IS OLD.after_the_fact AND NEW.title IS OLD.title AND NEW.facilitators IS OLD.facilitators AND
NEW.venue IS OLD.venue AND NEW.address IS OLD.address AND NEW.commune IS OLD.commune) BEGIN
SELECT RAISE(ABORT, 'a closed sheet does not change'); END
