"""What several pages are made of: periodic table, bars, notation, structure input."""
