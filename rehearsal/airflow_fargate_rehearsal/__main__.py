"""``python -m airflow_fargate_rehearsal``: see ``--help``."""

import sys

from airflow_fargate_rehearsal.cli import main

if __name__ == "__main__":
    sys.exit(main())
