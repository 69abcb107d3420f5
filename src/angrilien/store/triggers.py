"""The triggers that make the change log the only way in.

A writer inserts the change first, then the row that carries its seq; these compare the two and
abort otherwise. Each transaction says its intent in the one-row table `intent` (a trigger cannot
see a temporary table).
"""

from __future__ import annotations

from dataclasses import fields

from angrilien.domain.entities import BY_ENTITY, FROZEN

_INTENT = "(SELECT intent FROM intent)"


def all_triggers() -> list[str]:
    """Return the CREATE TRIGGER statements of the present schema."""
    made = _log_triggers()
    for entity in BY_ENTITY:
        made += _entity_triggers(entity)
        if entity in FROZEN:
            made += _frozen_triggers(entity)
    return made


def _trigger(name: str, event: str, table: str, condition: str, message: str) -> str:
    return (
        f"CREATE TRIGGER {name} {event} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _log_triggers() -> list[str]:
    named = (
        "EXISTS (SELECT 1 FROM erasure e JOIN change c ON c.entity = e.entity "
        "AND c.entity_id = e.entity_id WHERE c.inc = OLD.inc AND c.seq = OLD.seq)"
    )
    current = "(SELECT inc FROM incarnation ORDER BY made_at DESC, inc DESC LIMIT 1)"
    return [
        _trigger(
            "change_no_update", "BEFORE UPDATE", "change", "1", "the change log is never altered"
        ),
        _trigger(
            "change_no_delete", "BEFORE DELETE", "change", "1", "the change log is never altered"
        ),
        _trigger(
            "change_insert",
            "AFTER INSERT",
            "change",
            f"COALESCE({_INTENT}, '') NOT IN ('user', 'fork') "
            f"AND NOT (COALESCE({_INTENT}, '') = 'pull' AND NEW.inc <> {current})",
            "only people make changes",
        ),
        _trigger(
            "change_contiguous",
            "AFTER INSERT",
            "change",
            # Of another laptop's log, only what belongs to a venue of ours comes.
            "EXISTS (SELECT 1 FROM incarnation WHERE inc = NEW.inc) AND "
            "NEW.seq <> 1 + (SELECT COALESCE(MAX(seq), 0) FROM change "
            "WHERE inc = NEW.inc AND seq < NEW.seq)",
            "a change is missing before this one",
        ),
        _trigger(
            "change_body_no_update",
            "BEFORE UPDATE",
            "change_body",
            "1",
            "the change log is never altered",
        ),
        _trigger(
            "change_body_delete",
            "BEFORE DELETE",
            "change_body",
            f"NOT (COALESCE({_INTENT}, '') = 'erasure' AND {named})",
            "only an erasure removes a body",
        ),
    ]


def _entity_triggers(entity: str) -> list[str]:
    written = (
        "NOT EXISTS (SELECT 1 FROM change WHERE inc = NEW.inc AND seq = NEW.seq "
        f"AND entity = '{entity}' AND entity_id = NEW.id) "
        "OR EXISTS (SELECT 1 FROM change WHERE entity_id = NEW.id AND inc = NEW.inc "
        f"AND seq > NEW.seq AND entity = '{entity}')"
    )
    made = []
    for event, same in (
        ("INSERT", ""),
        ("UPDATE", " OR (NEW.inc = OLD.inc AND NEW.seq = OLD.seq)"),
    ):
        made += [
            _trigger(
                f"{entity}_{event.lower()}_intent",
                f"AFTER {event}",
                entity,
                f"{_INTENT} IS NULL",
                "a write without an intent",
            ),
            _trigger(
                f"{entity}_{event.lower()}_logged",
                f"AFTER {event}",
                entity,
                f"{_INTENT} IN ('user', 'fork') AND ({written}{same})",
                "a row that its change does not write",
            ),
            _trigger(
                f"{entity}_{event.lower()}_erasure",
                f"AFTER {event}",
                entity,
                f"{_INTENT} = 'erasure' AND NOT EXISTS (SELECT 1 FROM erasure "
                f"WHERE entity = '{entity}' AND entity_id = NEW.id)",
                "an erasure touches only what its order names",
            ),
        ]
    return [
        *made,
        _trigger(
            f"{entity}_delete",
            "BEFORE DELETE",
            entity,
            f"COALESCE({_INTENT}, '') NOT IN ('pull', 'migration') "
            f"AND NOT (COALESCE({_INTENT}, '') = 'erasure' AND EXISTS (SELECT 1 FROM erasure "
            f"WHERE entity = '{entity}' AND entity_id = OLD.id))",
            "rows are not deleted",
        ),
    ]


def _frozen_triggers(entity: str) -> list[str]:
    """A sealed row never changes; an incarnation that begins may give it its new revision."""
    same = " AND ".join(f"NEW.{f.name} IS OLD.{f.name}" for f in fields(BY_ENTITY[entity]))
    return [
        _trigger(
            f"{entity}_frozen_update",
            "BEFORE UPDATE",
            entity,
            f"COALESCE({_INTENT}, '') <> 'erasure' "
            f"AND NOT (COALESCE({_INTENT}, '') = 'fork' AND {same})",
            "a closed sheet does not change",
        ),
        _trigger(
            f"{entity}_frozen_delete",
            "BEFORE DELETE",
            entity,
            f"COALESCE({_INTENT}, '') <> 'erasure'",
            "a closed sheet does not change",
        ),
    ]
