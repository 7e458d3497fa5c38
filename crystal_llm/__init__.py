"""Crystal LLM: design inorganic crystals with a language model.

The package is read bottom to top as a crystal travels: ``text`` (the string a
model writes), ``language_model`` (weights), ``training``, ``generation``,
``evaluation``. Importing it does no work and loads no weights.
"""

__version__ = "0.1.0"
