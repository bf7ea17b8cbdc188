"""Lets Python run the command line: python -m sudare.cli."""

from sudare.cli import main

main()
