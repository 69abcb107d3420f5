"""The store's own SQLModel base: its registry and metadata are not those of the server."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import registry
from sqlalchemy.types import Text, TypeDecorator
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

store_registry = registry(metadata=MetaData(naming_convention=NAMING))


class StoreModel(SQLModel, registry=store_registry):
    """Base of every table of the laptop's file."""

    metadata = store_registry.metadata


class TextList(TypeDecorator[tuple[str, ...]]):
    """A short list of vocabulary codes, kept as a JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write the list as JSON."""
        return None if value is None else json.dumps(list(value), ensure_ascii=False)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:  # noqa: ARG002
        """Read the list back; absent is empty."""
        return tuple(json.loads(value)) if value else ()
