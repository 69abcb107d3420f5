"""D9: what is here, sent or to be mended, workshop by workshop, and what helps whoever helps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from angrilien import __version__
from angrilien.domain.rows import WorkshopRow
from angrilien.domain.sending import ItemState, SendingGroup, SendingItem, SendingView
from angrilien.services.notebook import Notebook
from angrilien.store import attempts, log, marks, outstanding, workshops
from angrilien.store.outstanding import FIX, Unsettled

SHOWN: Final = 20
"""Workshops that D9 shows at first, and that it adds each time older ones are asked for."""

_ORDER: Final = (
    "sheet", "present", "signature", "note", "photo", "amendment", "follow_up", "expected",
    "absent", "workshop", "person", "facilitator", "alias",
)  # fmt: skip
_WHOLE: Final = ("sheet", "amendment", "workshop")
"""Kinds of which a workshop has one, made of several rows: it is as far as the last of them."""
_STATES: Final[tuple[ItemState, ...]] = ("fix", "here", "sent")


def read(nb: Notebook, shown: int = SHOWN) -> SendingView:
    """Return D9's view, with `shown` workshops at most (in the store lane)."""
    inc = nb.store.identity.inc
    with nb.store.read() as connection:
        state = marks.sending_state(connection, inc)
        found = outstanding.unsettled(connection, inc)
        by_workshop: dict[str, list[Unsettled]] = {}
        for one in found:
            by_workshop.setdefault(one.workshop_id, []).append(one)
        loose = by_workshop.pop("", [])
        rows = workshops.some(connection, by_workshop)
        first = sorted(rows, key=lambda i: (_fixes(by_workshop[i]) == 0, -rows[i].starts_at, i))
        chosen = first[:shown]
        if len(chosen) < shown:
            latest = outstanding.latest_workshops(connection, list(rows), shown - len(chosen))
            rows |= workshops.some(connection, latest)
            chosen += latest
        total = outstanding.count_workshops(connection)
        things = outstanding.totals(connection, chosen)
        received = outstanding.receipts_of(connection, chosen)
        elsewhere = outstanding.elsewhere(connection)
        tried = attempts.last(connection)
        figures = _figures(nb, marks.read(connection), log.last_seq(connection, inc))
    groups = [
        _group(
            by_workshop.get(workshop_id, []),
            {kind: count for (one, kind), count in things.items() if one == workshop_id},
            row=rows[workshop_id],
            received_at=received.get(workshop_id),
        )
        for workshop_id in chosen
    ]
    # What the server lost and is given again is counted, not told apart.
    others = _group(loose, elsewhere)
    groups.append(replace(others, waiting=others.waiting + state.again))
    return SendingView(
        state=state,
        groups=tuple(group for group in groups if group.items),
        more=total - len(chosen),
        untold=max(state.to_fix - _fixes(found), 0),
        attempts=tried,
        figures=figures,
    )


def _fixes(found: Iterable[Unsettled]) -> int:
    return sum(one.to_fix for one in found)


def _group(
    found: list[Unsettled],
    totals: dict[str, int],
    *,
    row: WorkshopRow | None = None,
    received_at: int | None = None,
) -> SendingGroup:
    items = [
        SendingItem(
            kind=one.kind,
            count=one.things,
            state="fix" if one.state == FIX else "here",
            code=one.code,
        )
        for one in found
    ]
    for kind in _WHOLE:
        items = _whole(items, kind)
    for kind, total in totals.items():
        things = min(total, 1) if kind in _WHOLE else total
        sent = things - sum(item.count for item in items if item.kind == kind)
        if sent > 0:
            items.append(SendingItem(kind=kind, count=sent, state="sent"))
    if row is not None and not items:
        items.append(SendingItem(kind="workshop", count=1, state="sent"))
    items.sort(key=lambda item: (_STATES.index(item.state), _ORDER.index(item.kind), item.code))
    group = SendingGroup(
        waiting=sum(one.waiting for one in found), to_fix=_fixes(found), items=tuple(items)
    )
    if row is None:
        return group
    return replace(
        group,
        workshop_id=row.id,
        title=row.title,
        date=row.date,
        starts_at=row.starts_at,
        tz=row.tz,
        venue=row.venue.name,
        ended=row.state == "closed",
        received_at=received_at,
    )


def _whole(items: list[SendingItem], kind: str) -> list[SendingItem]:
    """Put one item in the place of those of a kind, or one for each reason to mend it."""
    parts = [item for item in items if item.kind == kind]
    wrong = [item for item in parts if item.state == "fix"]
    kept = [replace(item, count=1) for item in wrong or parts[:1]]
    return [*(item for item in items if item.kind != kind), *kept]


def _figures(nb: Notebook, kept: marks.Marks, end: int) -> tuple[tuple[str, str], ...]:
    """Return what a technician asks for first; the screen says what each is."""
    return (
        ("version", __version__),
        ("device", nb.store.identity.dev),
        ("incarnation", nb.store.identity.inc),
        ("written", str(end)),
        ("received", str(kept.ack)),
        ("backed_up", str(kept.backed_up)),
        ("held", str(kept.held)),
        ("order", str(kept.last_order)),
        ("clock", "" if kept.skew is None else str(kept.skew // 1000)),
    )
