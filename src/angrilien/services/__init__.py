"""The verbs of the trade, without Qt."""
