"""The server's own SQLModel base: its registry and metadata are not those of the laptop's store."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

server_registry = registry(metadata=MetaData(naming_convention=NAMING))


class ServerModel(SQLModel, registry=server_registry):
    """Base of the server's tables."""

    metadata = server_registry.metadata


def table(model: type[ServerModel]) -> Any:
    """Return the SQLAlchemy table of a model, for statements over many rows."""
    return model.metadata.tables[str(model.__tablename__)]
