"""The known phases that a hull is made of, and where they come from."""
