"""modules/airflow."""

from airflow_fargate import AirflowFargate, Stack

from module_writer.definition import Definition, Made
from module_writer.definitions.airflow_inputs import AirflowInputs
from module_writer.definitions.airflow_outputs import outputs
from module_writer.interface.checks import MEMORY_SIZES
from module_writer.interface.environments import reserved_names

_HEADINGS = {
    "key": "Encryption key",
    "network": "Network",
    "database": "Metadata database",
    "broker": "Queues",
    "shared_storage": "Shared storage",
    "credentials": "Airflow's secrets",
    "cluster": "ECS cluster",
    "task_logs": "Logs of tasks",
    "load_balancer": "Load balancer",
    "api_server": "API server",
    "scheduler": "Scheduler",
    "dag_processor": "DAG processor",
    "triggerer": "Triggerer",
    "worker.default": "Workers",
    "tasks": "Where tasks run",
}


def airflow() -> Definition:
    """Airflow, with one pool of workers."""
    inputs = AirflowInputs()

    def build(stack: Stack) -> Made:
        airflow = AirflowFargate(stack, "_airflow", inputs.props())
        names = {
            "kms_key_arn": airflow.kms_key_arn,
            "url": airflow.load_balancer.url,
            "database_secret_arn": airflow.database.secret_arn,
            "database_security_group_id": airflow.database.security_group_id,
            "database_port": airflow.database.port,
            "airflow_environment": airflow.configuration.common_environment,
        }
        return Made(outputs(airflow), names)

    return Definition(
        name="airflow",
        title="Airflow",
        summary=(
            "Apache Airflow 3 on Fargate: API server, scheduler, DAG processor, triggerer and "
            "Celery workers, with PostgreSQL on RDS, queues on SQS, a load balancer, shared "
            "storage on EFS, secrets and logs."
        ),
        variables=inputs.variables(),
        build=build,
        headings=_HEADINGS,
        locals=MEMORY_SIZES | reserved_names(),
    )
