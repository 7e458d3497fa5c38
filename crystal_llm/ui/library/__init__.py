"""The Library page: search, entries, comparison, import."""
