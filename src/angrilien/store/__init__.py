"""Everything that is SQLite: the engine, the tables and the change log."""
