"""What can go wrong in containers and networks, each with the rule that has to see it."""

from tests.policies.mutations.editing import (
    Fault,
    container,
    in_block,
    set_to,
)

_KEY = "AKIA" + "Q7DLXKZ2MWPTV4HB"  # of no account; put together, so that no search finds it here
_TASK = "aws_ecs_task_definition"
_RULE = "aws_vpc_security_group_ingress_rule"


def _variable(name: str, value: str):  # noqa: ANN202
    return container(
        lambda it: it.setdefault("environment", []).append({"name": name, "value": value})
    )


FAULTS_OF_CONTAINERS_AND_NETWORKS = [
    # Containers.
    Fault(
        "a password in the environment",
        f"{_TASK}.api_server",
        _variable("DATABASE_PASSWORD", "a-made-up-one"),
        "AF_SECRET_IN_ENVIRONMENT",
    ),
    Fault(
        "an access key in the environment",
        f"{_TASK}.task_even_odd",
        _variable("NAME", _KEY),
        "AF_SECRET_IN_ENVIRONMENT",
    ),
    Fault(
        "a password in a URL",
        f"{_TASK}.scheduler",
        _variable("BROKER", "redis://airflow:made" + "-up@cache:6379/0"),
        "AF_SECRET_IN_ENVIRONMENT",
    ),
    Fault(
        "the value of a secret in the environment",
        f"{_TASK}.triggerer",
        _variable("PLAIN", "${random_password.database.result}"),
        "AF_SECRET_IN_ENVIRONMENT",
        forms=("synthesized",),
    ),
    Fault(
        "no log configuration",
        f"{_TASK}.dag_processor",
        container(lambda it: it.pop("logConfiguration")),
        "AF_CONTAINER_LOGS",
    ),
    Fault(
        "a privileged container",
        f"{_TASK}.worker_default",
        container(lambda it: it.update(privileged=True)),
        "AF_PRIVILEGED_CONTAINER",
    ),
    Fault(
        "a capability added",
        f"{_TASK}.task_numbers",
        container(lambda it: it.update(linuxParameters={"capabilities": {"add": ["SYS_PTRACE"]}})),
        "AF_PRIVILEGED_CONTAINER",
    ),
    Fault(
        "a root file system that can be written",
        f"{_TASK}.task_sales_report",
        container(lambda it: it.update(readonlyRootFilesystem=False)),
        "AF_WRITABLE_ROOT",
    ),
    Fault(
        "the same, as checkov sees it",
        f"{_TASK}.worker_default",
        container(lambda it: it.pop("readonlyRootFilesystem")),
        "CKV_AWS_336",
    ),
    Fault(
        "a container that runs as root",
        f"{_TASK}.task_count_primes",
        container(lambda it: it.update(user="root")),
        "AF_ROOT_USER",
    ),
    Fault(
        "a container whose user the image decides",
        f"{_TASK}.api_server",
        container(lambda it: it.pop("user")),
        "AF_ROOT_USER",
    ),
    Fault(
        "a tag that is moved on",
        f"{_TASK}.scheduler",
        container(lambda it: it.update(image="registry.example/airflow:latest")),
        "AF_MOVING_IMAGE",
    ),
    Fault(
        "an image without a tag",
        f"{_TASK}.dag_processor",
        container(lambda it: it.update(image="registry.example:5000/airflow")),
        "AF_MOVING_IMAGE",
    ),
    Fault(
        "a task that shares the host's processes",
        f"{_TASK}.triggerer",
        set_to(pid_mode="host"),
        "AF_PRIVILEGED_CONTAINER",
    ),
    # Networks.
    Fault(
        "a port that is open to the world",
        f"{_RULE}.worker_default_from_api_server",
        set_to(cidr_ipv4="0.0.0.0/0", referenced_security_group_id=None),
        "AF_PUBLIC_INGRESS",
    ),
    Fault(
        "a load balancer that is open to the world",
        f"{_RULE}.load_balancer_http_from_vpc",
        set_to(cidr_ipv4="0.0.0.0/0"),
        "AF_PUBLIC_INGRESS",
    ),
    Fault(
        "the world in halves",
        f"{_RULE}.api_server_from_load_balancer",
        set_to(cidr_ipv4="128.0.0.0/1", referenced_security_group_id=None),
        "AF_PUBLIC_INGRESS",
    ),
    Fault(
        "the world of IPv6",
        f"{_RULE}.triggerer_from_api_server",
        set_to(cidr_ipv6="::/0", referenced_security_group_id=None),
        "AF_PUBLIC_INGRESS",
    ),
    Fault(
        "a network of somebody else's",
        f"{_RULE}.shared_storage_from_tasks",
        set_to(cidr_ipv4="52.0.0.0/11", referenced_security_group_id=None),
        "AF_PUBLIC_INGRESS",
    ),
    Fault(
        "all ports and protocols",
        f"{_RULE}.api_server_from_worker_default",
        set_to(ip_protocol="-1", from_port=None, to_port=None),
        "AF_UNNAMED_INGRESS",
    ),
    Fault(
        "a range of ports",
        f"{_RULE}.worker_default_from_api_server",
        set_to(from_port=1024, to_port=65535),
        "AF_UNNAMED_INGRESS",
    ),
    Fault(
        "no source",
        f"{_RULE}.triggerer_from_api_server",
        set_to(referenced_security_group_id=None),
        "AF_UNNAMED_INGRESS",
    ),
    Fault(
        "a rule in the VPC's default group",
        "aws_default_security_group.network",
        set_to(
            ingress=[
                {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}
            ]
        ),
        "AF_PUBLIC_INGRESS",
        beside=("aws_vpc.network",),
    ),
    Fault(
        "a public IP address for a service",
        "aws_ecs_service.scheduler",
        in_block("network_configuration", assign_public_ip=True),
        "AF_PUBLIC_IP",
    ),
    Fault(
        "the same, as checkov sees it",
        "aws_ecs_service.triggerer",
        in_block("network_configuration", assign_public_ip=True),
        "CKV_AWS_333",
    ),
    Fault(
        "public IP addresses in a subnet",
        "aws_subnet.network_private",
        set_to(map_public_ip_on_launch=True),
        "AF_PUBLIC_IP",
    ),
]
"""Them."""
