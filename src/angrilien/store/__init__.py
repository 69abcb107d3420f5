"""Everything that is SQLite: one encrypted file, its tables, its change log, its queries."""
