"""The Hull page: what is asked of a hull, its drawing, one phase."""
