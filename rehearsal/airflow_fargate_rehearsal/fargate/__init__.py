"""Local Fargate: the containers of ECS tasks as processes of this machine.

It knows nothing of the emulator: it is told what to run, asks AWS (the embedded one) over HTTP as
Fargate does, and tells how its tasks are. :mod:`airflow_fargate_rehearsal.aws.ecs_tasks` is where
the embedded ECS hands tasks over.
"""
