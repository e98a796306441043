"""`wait.py FILE`: works until there is such a file, which a test makes."""

import pathlib
import sys
import time

sign = pathlib.Path(sys.argv[1])
while not sign.exists():
    time.sleep(0.2)
