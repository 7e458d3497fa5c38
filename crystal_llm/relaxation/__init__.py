"""Relaxation of crystals by pretrained interatomic potentials."""
