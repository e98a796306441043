"""A server on Fargate behind a load balancer of the embedded AWS, for the tests of both."""

import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

PYTHON = "FROM python:3.13-slim\nCOPY server.py .\n"
SERVER = """
import http.server, os, sys

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        status = 200 if self.path in ("/", "/well") else 404
        body = "\\n".join(f"{name}: {value}" for name, value in self.headers.items()).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

http.server.ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()
"""

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Balanced:
    """A server on Fargate and a load balancer that may reach it, if it is let."""

    def __init__(self, fargate: Any, kind: str = "network", **health_check: Any) -> None:
        self.elb, self.ec2 = fargate.client("elbv2"), fargate.client("ec2")
        self.fargate = fargate
        self.name = f"b{time.monotonic_ns() % 10**10}"
        vpc = self.ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            self.ec2.create_subnet(
                VpcId=vpc, CidrBlock=f"10.8.{number}.0/24", AvailabilityZone=f"eu-west-1{zone}"
            )["Subnet"]["SubnetId"]
            for number, zone in enumerate("ab")
        ]
        self.group_of_balancer, self.group_of_server = (
            self.ec2.create_security_group(GroupName=each, Description=each, VpcId=vpc)["GroupId"]
            for each in ("balancer", "server")
        )
        protocol = "TCP" if kind == "network" else "HTTP"
        self.target_group = self.elb.create_target_group(
            Name=self.name,
            TargetType="ip",
            Port=8080,
            Protocol=protocol,
            VpcId=vpc,
            **{"HealthCheckProtocol": "HTTP", "HealthCheckPath": "/well"}
            | {"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 2}
            | {
                "UnhealthyThresholdCount": 2,
                "HealthyThresholdCount": 2,
                "Matcher": {"HttpCode": "200"},
            }
            | health_check,
        )["TargetGroups"][0]["TargetGroupArn"]
        balancer = self.elb.create_load_balancer(
            Name=self.name, Type=kind, Subnets=subnets, SecurityGroups=[self.group_of_balancer]
        )["LoadBalancers"][0]
        self.arn, self.url = balancer["LoadBalancerArn"], f"http://{balancer['DNSName']}"
        self.listener = self.elb.create_listener(
            LoadBalancerArn=self.arn,
            Protocol=protocol,
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.target_group}],
        )["Listeners"][0]["ListenerArn"]
        self._network = {"subnets": [subnets[0]], "securityGroups": [self.group_of_server]}
        self.tasks: list[str] = []

    def let_in(self, port: int = 8080) -> None:
        """The rule that lets the load balancer reach a port of the server."""
        self.ec2.authorize_security_group_ingress(
            GroupId=self.group_of_server,
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": port,
                    "ToPort": port,
                    "UserIdGroupPairs": [{"GroupId": self.group_of_balancer}],
                }
            ],
        )

    def start_server(self) -> dict[str, Any]:
        """Run one and register it; gives it as a target."""
        image = self.fargate.image(PYTHON, server__py=SERVER)
        container = self.fargate.container(
            image, command=["python", "server.py"], portMappings=[{"containerPort": 8080}]
        )
        configuration = {"awsvpcConfiguration": self._network}
        arn = self.fargate.run(
            self.fargate.define(container, family="server"), networkConfiguration=configuration
        )["taskArn"]
        self.tasks.append(arn)
        task = self.fargate.reaches(arn, "RUNNING")
        details = {each["name"]: each["value"] for each in task["attachments"][0]["details"]}
        target = {"Id": details["privateIPv4Address"], "Port": 8080}
        self.elb.register_targets(TargetGroupArn=self.target_group, Targets=[target])
        return target

    def health(self) -> list[dict[str, Any]]:
        """Health of each target."""
        answer = self.elb.describe_target_health(TargetGroupArn=self.target_group)
        return [each["TargetHealth"] for each in answer["TargetHealthDescriptions"]]

    def becomes(self, state: str) -> dict[str, Any]:
        """Wait until the only target is in a state; gives its health."""
        return eventually(lambda: next((h for h in self.health() if h["State"] == state), None))

    def get(self, path: str = "/", **headers: str) -> str:
        """What a browser is answered."""
        request = urllib.request.Request(self.url + path, headers=headers)  # noqa: S310 - http
        with OPENER.open(request, timeout=10) as answer:
            return answer.read().decode()

    def findings(self) -> list[dict[str, Any]]:
        """What was found of this load balancer."""
        with OPENER.open(f"{self.fargate.endpoint_url}/_rehearsal/findings") as answer:
            found = json.load(answer)
        return [each for each in found if each["subject"] == f"load balancer {self.name}"]

    def end(self) -> None:
        """Stop all of it."""
        for arn in self.tasks:
            self.fargate.client("ecs").stop_task(cluster="airflow", task=arn)
        self.elb.delete_load_balancer(LoadBalancerArn=self.arn)


def eventually(look: Callable[[], Any], seconds: float = 30) -> Any:
    """Wait until something is there; gives it."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found
