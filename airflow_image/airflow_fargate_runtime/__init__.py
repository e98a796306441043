"""What runs inside Airflow's containers; imports Airflow and boto3, never the constructs.

This file imports nothing: a health check runs every half minute and starts with it.
"""
