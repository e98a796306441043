"""Entry point of `python3 -m image_builder`."""

import sys

from .cli import main

sys.exit(main(sys.argv[1:]))
