"""`python -m airflow_fargate_policies`."""

import sys

from airflow_fargate_policies.cli import main

sys.exit(main())
