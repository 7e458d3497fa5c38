"""One crystal in full, on whatever page it stands."""
