"""What the router of ``app.py`` leads to, a script for each page."""
