"""What every process of Airflow loads before it opens its database: an entry point of Airflow's.

Airflow loads the modules under the entry point `airflow.policy` first of all, in every process that
may use the database, whichever way it was started. So neither a setting nor a file of the user's
(`airflow_local_settings.py`) has to be taken for this.
"""

import sys

from . import database

database.install()

# Importing Celery costs 0.3 s, and only a worker needs what this installs.
if sys.argv[1:3] == ["celery", "worker"]:
    from . import worker

    worker.install()
