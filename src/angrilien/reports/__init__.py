"""Pure writers of frozen rows to files."""
