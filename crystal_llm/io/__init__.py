"""Reading and writing crystals: folders of CIF, tables, the Materials Project."""
