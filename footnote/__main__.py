"""Run the command line as ``python -m footnote``."""

from footnote.cli import main

if __name__ == "__main__":
    main()
