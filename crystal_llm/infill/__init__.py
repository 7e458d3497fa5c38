"""Infill: what a trained model would put at masked sites, and edits of crystals."""
