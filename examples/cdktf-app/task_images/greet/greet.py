"""Greet whoever is named on the command line."""

import argparse
import os

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("name")
print(f"{os.environ['GREETING']}, {parser.parse_args().name}!")
