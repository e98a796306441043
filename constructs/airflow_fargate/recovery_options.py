"""Airflow's options about what is lost and found, where ours differ from its defaults."""

RECOVERY_OPTIONS = {
    # Seconds to hand a task to SQS, connecting included; 1 by default, which a busy scheduler
    # exceeds.
    "AIRFLOW__CELERY__OPERATION_TIMEOUT": "10",
    # A task whose worker died is found after this; 300 by default. A failover of the database takes
    # up to 120 s, and heartbeats that failed come again up to 25 s later.
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "180",
    # How often to look for tasks whose message was lost; 120 by default.
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "30",
    # To stop what a deferred task has started, the triggerer first asks Airflow whether it may. Its
    # first question takes 7 s of CPU: 15 s with half a CPU, of the 30 s that it has by default.
    "AIRFLOW__TRIGGERER__ON_KILL_TIMEOUT": "90",
    # Heartbeats that may fail before a task is ended; 3 by default, which is 12 s when the API
    # server refuses connections. With 15, tasks live through a failover.
    "AIRFLOW__WORKERS__MAX_FAILED_HEARTBEATS": "15",
}
"""Environment variables with their values. A user can set each otherwise."""
