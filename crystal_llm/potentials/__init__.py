"""Pretrained interatomic potentials behind one contract."""
