"""The applied stack at work: its services run, its Airflow answers, a DAG runs to its end.

All of it is seen from outside, as a user of the deployment sees it: by ECS, CloudWatch Logs and
Airflow's REST API behind the load balancer. What there is to look at is in Terraform's state.
"""
