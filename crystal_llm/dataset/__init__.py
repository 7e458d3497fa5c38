"""Tables of crystals: rows, folders, Parquet, the Materials Project."""
