"""Reading and writing crystals: structure files in a limited process, JSON Lines, records."""
