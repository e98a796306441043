"""A small stack that comes alive: one service behind a load balancer, and a task that it starts."""

import json
from pathlib import Path
from typing import Any

REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
_APP = """
import json, os, pathlib
output = pathlib.Path(os.environ["CDKTF_OUTDIR"])
stack = output / "stacks/small"
stack.mkdir(parents=True)
# As the constructs do, the folders of images are named from where the stack lies.
written = pathlib.Path("small.json").read_text().replace("PROJECT", os.path.relpath(".", stack))
(stack / "cdk.tf.json").write_text(written)
manifest = {"small": {"synthesizedStackPath": "stacks/small/cdk.tf.json"}}
(output / "manifest.json").write_text(json.dumps({"version": "0.21.0", "stacks": manifest}))
"""
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        }
    ],
}
_ALLOWED = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": "${aws_cloudwatch_log_group.small.arn}:*",
        },
        {
            "Effect": "Allow",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": "${aws_secretsmanager_secret.password.arn}",
        },
        {
            "Effect": "Allow",
            "Action": [
                "ecr:GetAuthorizationToken",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
                "ecr:BatchCheckLayerAvailability",
            ],
            "Resource": "*",
        },
        {"Effect": "Allow", "Action": "ecs:RunTask", "Resource": "*"},
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"},
    ],
}
_GREET = "import time; print('Hello from Fargate.', flush=True); time.sleep(1); print('Good-bye.')"


def write(
    folder: Path, *, load_balancer: bool = True, changes: dict[str, Any] | None = None
) -> Path:
    """Write the project and its images.

    `changes` are to container definitions, by their names. The provider waits a minute for a load
    balancer.
    """
    folder.mkdir()
    (folder / "cdktf.json").write_text(json.dumps({"app": "python app.py"}))
    (folder / "app.py").write_text(_APP)
    image = folder / "images/stand-in"
    image.mkdir(parents=True)
    (image / "Dockerfile").write_text("FROM python:3.13-slim\nWORKDIR /app\nCOPY stand_in.py .\n")
    (image / "stand_in.py").write_bytes((Path(__file__).parent / "stand_in.py").read_bytes())
    stack = _stack(changes or {})
    if not load_balancer:
        for kind in ("aws_lb", "aws_lb_target_group", "aws_lb_listener"):
            del stack["resource"][kind]
        for name in ("load_balancer", "depends_on"):
            del stack["resource"]["aws_ecs_service"]["serve"][name]
    (folder / "small.json").write_text(json.dumps(stack, indent=2))
    return folder


def _container(name: str, changes: dict[str, Any], **more: Any) -> str:
    options = {
        "awslogs-group": "${aws_cloudwatch_log_group.small.name}",
        "awslogs-region": "eu-west-1",
        "awslogs-stream-prefix": "small",
    }
    container = {
        "name": name,
        "image": f"{REGISTRY}/stand-in:1",
        "essential": True,
        "logConfiguration": {"logDriver": "awslogs", "options": options},
        **more,
        **changes.get(name, {}),
    }
    return json.dumps([container])


def _definition(family: str, containers: str) -> dict[str, Any]:
    return {
        "family": family,
        "requires_compatibilities": ["FARGATE"],
        "network_mode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "execution_role_arn": "${aws_iam_role.small.arn}",
        "task_role_arn": "${aws_iam_role.small.arn}",
        "container_definitions": containers,
        "depends_on": ["terraform_data.image", "aws_iam_role_policy.small"],
    }


def _stack(changes: dict[str, Any]) -> dict[str, Any]:
    line = json.dumps({"uri": f"{REGISTRY}/stand-in:1", "folder": "FOLDER"})
    record = (
        f"printf '%s\\n' '{line}' | sed \"s|FOLDER|$(cd PROJECT/images/stand-in && pwd -P)|\" "
        '>> "$${AIRFLOW_FARGATE_IMAGE_BUILDER#record:}"'
    )
    serve = _container(
        "stand-in",
        changes,
        command=["python", "stand_in.py"],
        portMappings=[{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}],
        environment=[{"name": "SUBNET", "value": "${aws_subnet.a.id}"}],
        secrets=[
            {
                "name": "AIRFLOW_FARGATE_ADMIN_PASSWORD",
                "valueFrom": "${aws_secretsmanager_secret_version.password.arn}",
            }
        ],
    )
    everywhere = {"cidr_blocks": ["0.0.0.0/0"], "from_port": 0, "to_port": 0, "protocol": "-1"}
    rest = {key: [] for key in ("ipv6_cidr_blocks", "prefix_list_ids", "security_groups")}
    open_to_all = [{**everywhere, **rest, "self": False, "description": "everything"}]
    return {
        "terraform": {
            "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.100.0"}},
            "backend": {"local": {"path": "/nonexistent"}},
        },
        "provider": {"aws": [{"region": "eu-west-1"}]},
        "resource": {
            "terraform_data": {
                "image": {
                    "provisioner": [
                        {"local-exec": {"command": record, "working_dir": "${path.module}"}}
                    ]
                }
            },
            "aws_vpc": {"it": {"cidr_block": "10.9.0.0/16", "enable_dns_hostnames": True}},
            "aws_subnet": {"a": {"vpc_id": "${aws_vpc.it.id}", "cidr_block": "10.9.1.0/24"}},
            "aws_security_group": {
                "it": {
                    "name": "small",
                    "vpc_id": "${aws_vpc.it.id}",
                    "ingress": open_to_all,
                    "egress": open_to_all,
                }
            },
            "aws_cloudwatch_log_group": {"small": {"name": "/small"}},
            "aws_iam_role": {"small": {"name": "small", "assume_role_policy": json.dumps(_TRUST)}},
            "aws_iam_role_policy": {
                "small": {
                    "name": "small",
                    "role": "${aws_iam_role.small.name}",
                    "policy": json.dumps(_ALLOWED),
                }
            },
            "aws_secretsmanager_secret": {
                "password": {"name": "password", "recovery_window_in_days": 0}
            },
            "aws_secretsmanager_secret_version": {
                "password": {
                    "secret_id": "${aws_secretsmanager_secret.password.id}",
                    "secret_string": "of-the-test",
                }
            },
            "aws_lb": {
                "it": {
                    "name": "small",
                    "internal": True,
                    "load_balancer_type": "network",
                    "subnets": ["${aws_subnet.a.id}"],
                    "security_groups": ["${aws_security_group.it.id}"],
                }
            },
            "aws_lb_target_group": {
                "it": {
                    "name": "small",
                    "port": 8080,
                    "protocol": "TCP",
                    "target_type": "ip",
                    "vpc_id": "${aws_vpc.it.id}",
                    "deregistration_delay": "0",
                    "health_check": {
                        "protocol": "HTTP",
                        "path": "/api/v2/version",
                        "interval": 5,
                        "timeout": 2,
                        "healthy_threshold": 2,
                        "unhealthy_threshold": 2,
                    },
                }
            },
            "aws_lb_listener": {
                "it": {
                    "load_balancer_arn": "${aws_lb.it.arn}",
                    "port": 80,
                    "protocol": "TCP",
                    "default_action": [
                        {"type": "forward", "target_group_arn": "${aws_lb_target_group.it.arn}"}
                    ],
                }
            },
            "aws_ecs_cluster": {"small": {"name": "small"}},
            "aws_ecs_task_definition": {
                "serve": _definition("small-serve", serve),
                "greet": _definition(
                    "small-greet", _container("greet", changes, command=["python", "-c", _GREET])
                ),
            },
            "aws_ecs_service": {
                "serve": {
                    "name": "serve",
                    "cluster": "${aws_ecs_cluster.small.name}",
                    "task_definition": "${aws_ecs_task_definition.serve.arn}",
                    "desired_count": 1,
                    "launch_type": "FARGATE",
                    "depends_on": ["aws_lb_listener.it"],
                    "network_configuration": {
                        "subnets": ["${aws_subnet.a.id}"],
                        "security_groups": ["${aws_security_group.it.id}"],
                    },
                    "load_balancer": [
                        {
                            "target_group_arn": "${aws_lb_target_group.it.arn}",
                            "container_name": "stand-in",
                            "container_port": 8080,
                        }
                    ],
                }
            },
        },
    }
