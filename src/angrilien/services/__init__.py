"""The verbs of the trade. No Qt, no SQL: the window, the command line and tests all use these."""
