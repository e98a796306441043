"""The resources that a deployment stands on, made in the embedded AWS in seconds by boto3."""

import dataclasses
import json
from functools import cached_property
from typing import Any

import airflow_fargate as af

from tests.surroundings.airflow_image import REGION, client

NAME = "airflow"
"""Name of the deployment."""
USER = 50000


@dataclasses.dataclass
class Aws:
    """A deployment's resources in an embedded AWS, and what ran there."""

    endpoint_url: str

    def client(self, service: str) -> Any:
        """A client of a service."""
        return client(service, self.endpoint_url)

    @cached_property
    def queue_url(self) -> str:
        """The queue of the only worker pool."""
        queue = self.client("sqs").create_queue(
            QueueName=f"{NAME}_default", Attributes={"VisibilityTimeout": "43200"}
        )
        return queue["QueueUrl"]

    @cached_property
    def log_bucket(self) -> str:
        """The bucket for the logs of tasks."""
        name = f"{NAME}-task-logs"
        place = {"LocationConstraint": REGION}
        self.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=place)
        return name

    @cached_property
    def task_host(self) -> af.TaskHost:
        """Where tasks run: network, cluster, shared storage."""
        ec2, efs = self.client("ec2"), self.client("efs")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/20")["Subnet"]["SubnetId"]
        group = ec2.create_security_group(VpcId=vpc, GroupName="tasks", Description="Tasks")
        group_id = group["GroupId"]
        nfs = {"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049}
        ec2.authorize_security_group_ingress(
            GroupId=group_id,
            IpPermissions=[{**nfs, "UserIdGroupPairs": [{"GroupId": group_id}]}],
        )
        files = efs.create_file_system(CreationToken=NAME, Encrypted=True)
        efs.create_mount_target(
            FileSystemId=files["FileSystemId"], SubnetId=subnet, SecurityGroups=[group_id]
        )
        owner = {"OwnerUid": USER, "OwnerGid": USER, "Permissions": "0755"}
        access_point = efs.create_access_point(
            ClientToken=NAME,
            FileSystemId=files["FileSystemId"],
            PosixUser={"Uid": USER, "Gid": USER},
            RootDirectory={"Path": "/tasks", "CreationInfo": owner},
        )
        cluster = self.client("ecs").create_cluster(
            clusterName=NAME, capacityProviders=["FARGATE", "FARGATE_SPOT"]
        )
        return af.TaskHost(
            name=NAME,
            cluster_arn=cluster["cluster"]["clusterArn"],
            private_subnet_ids=[subnet],
            security_group_ids=[group_id],
            file_system_id=files["FileSystemId"],
            file_system_arn=files["FileSystemArn"],
            access_point_id=access_point["AccessPointId"],
            access_point_arn=access_point["AccessPointArn"],
        )

    def ecs_tasks(self, **where: str) -> list[dict[str, Any]]:
        """All ECS tasks there have been, as DescribeTasks says, the oldest first.

        Args:
            where: What ListTasks takes: `family`, `startedBy`.
        """
        ecs, cluster = self.client("ecs"), self.task_host.cluster_arn
        found = []
        for status in ("RUNNING", "STOPPED"):
            pages = ecs.get_paginator("list_tasks").paginate(
                cluster=cluster, desiredStatus=status, **where
            )
            for page in pages:
                if page["taskArns"]:
                    described = ecs.describe_tasks(cluster=cluster, tasks=page["taskArns"])
                    found += described["tasks"]
        unique = {task["taskArn"]: task for task in found}
        return sorted(unique.values(), key=lambda task: task["createdAt"])

    def put_secret(self, name: str, content: dict[str, str]) -> str:
        """Make a secret with JSON in it; its ARN."""
        secrets = self.client("secretsmanager")
        return secrets.create_secret(Name=name, SecretString=json.dumps(content))["ARN"]
