"""The Explore page: how sampling works, and what temperature and nucleus trade away."""
