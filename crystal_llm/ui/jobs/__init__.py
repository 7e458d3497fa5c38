"""A job and its crystals: progress, results, what can be done with them."""
