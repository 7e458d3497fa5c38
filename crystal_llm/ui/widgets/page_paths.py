"""Where the pages lie, for what leads from one to another."""

GENERATE_PAGE = "pages/generate.py"
INFILL_PAGE = "pages/infill.py"
EXPLORE_PAGE = "pages/explore.py"
HULL_PAGE = "pages/hull.py"
LIBRARY_PAGE = "pages/library.py"
JOBS_PAGE = "pages/jobs.py"
MODELS_PAGE = "pages/models.py"
