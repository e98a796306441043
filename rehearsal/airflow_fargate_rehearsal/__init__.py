"""Rehearsal of the synthesized stacks on one machine, without an AWS account.

``python -m airflow_fargate_rehearsal`` applies the stacks of the project in the current folder
with the real Terraform and the real AWS provider to an embedded AWS that listens on loopback.
The package reads synthesized Terraform and the embedded AWS; it knows nothing of the constructs.
"""
