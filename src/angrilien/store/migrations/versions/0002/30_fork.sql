DROP TRIGGER sheet_frozen_update

CREATE TRIGGER sheet_frozen_update BEFORE UPDATE ON sheet WHEN COALESCE((SELECT intent FROM
intent), '') <> 'erasure' AND NOT (COALESCE((SELECT intent FROM intent), '') = 'fork' AND NEW.id
IS OLD.id AND NEW.workshop_id IS OLD.workshop_id AND NEW.venue_id IS OLD.venue_id AND
NEW.closed_at IS OLD.closed_at AND NEW.facilitator_id IS OLD.facilitator_id AND NEW.lines IS
OLD.lines AND NEW.present IS OLD.present AND NEW.first_timers IS OLD.first_timers AND NEW.prev
IS OLD.prev AND NEW.digest IS OLD.digest AND NEW.key IS OLD.key AND NEW.signature IS
OLD.signature) BEGIN SELECT RAISE(ABORT, 'a closed sheet does not change'); END

DROP TRIGGER sheet_line_frozen_update

CREATE TRIGGER sheet_line_frozen_update BEFORE UPDATE ON sheet_line WHEN COALESCE((SELECT intent
FROM intent), '') <> 'erasure' AND NOT (COALESCE((SELECT intent FROM intent), '') = 'fork' AND
NEW.id IS OLD.id AND NEW.sheet_id IS OLD.sheet_id AND NEW.number IS OLD.number AND NEW.kind IS
OLD.kind AND NEW.attendance_id IS OLD.attendance_id AND NEW.mode IS OLD.mode AND NEW.arrival IS
OLD.arrival AND NEW.departure IS OLD.departure AND NEW.first_time IS OLD.first_time AND
NEW.commitment IS OLD.commitment AND NEW.last_name IS OLD.last_name AND NEW.first_name IS
OLD.first_name AND NEW.note IS OLD.note AND NEW.witness IS OLD.witness AND NEW.signature_digest
IS OLD.signature_digest AND NEW.salt IS OLD.salt) BEGIN SELECT RAISE(ABORT, 'a closed sheet does
not change'); END
