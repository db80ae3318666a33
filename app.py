"""Start the server: ``python app.py`` is ``footnote serve``."""

import sys

from footnote.cli import main

if __name__ == "__main__":
    main(["serve", *sys.argv[1:]])
