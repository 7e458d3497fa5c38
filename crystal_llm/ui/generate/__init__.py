"""The form of the Generate page: what is asked for and how it is judged."""
