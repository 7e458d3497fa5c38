"""Infill: what a trained model would put at masked sites, and the atoms it would add."""
