"""The web server, started so that ``app.py`` alone routes.

Streamlit takes a folder ``pages`` beside the app for its older way of routing until the app
has run once: the first link to a page, opened after a start, would show that page without
the app's frame. Here it is told beforehand. It listens on this machine alone unless another
address is named.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli

from crystal_llm.settings import LOCALHOST, PACKAGE_ROOT


def main(options: Sequence[str] | None = None) -> None:
    """Serves the app until it is stopped.

    Args:
        options: Options of ``streamlit run``, such as ``--server.port``; None takes the
            process's own arguments.
    """
    PagesManager.uses_pages_directory = False
    given = sys.argv[1:] if options is None else list(options)
    named = "STREAMLIT_SERVER_ADDRESS" in os.environ
    if not named and not any(option.startswith("--server.address") for option in given):
        given = [f"--server.address={LOCALHOST}", *given]
    sys.argv = ["streamlit", "run", str(PACKAGE_ROOT / "app.py"), *given]
    cli.main()


if __name__ == "__main__":
    main()
