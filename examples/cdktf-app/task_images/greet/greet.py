"""Greet whoever is named on the command line."""

import os
import sys

if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004
        sys.exit("usage: greet.py NAME")
    print(f"{os.environ['GREETING']}, {sys.argv[1]}!")
