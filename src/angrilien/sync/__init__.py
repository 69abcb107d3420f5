"""Everything that is network or USB key: no Qt, no SQL."""
