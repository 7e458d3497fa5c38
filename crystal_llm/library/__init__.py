"""The stored crystals: found again, described, compared, exchanged, and never lost."""
