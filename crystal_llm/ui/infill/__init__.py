"""The Infill page: picks, answer, edits, candidates."""
