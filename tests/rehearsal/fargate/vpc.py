"""What tests of the containers' network share: a VPC, programs that serve and that ask."""

import json
import urllib.request
from typing import Any

PORT = 8080

SERVER = """
import http.server, os, socket, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{sys.argv[1]} saw {self.client_address[0]}".encode())
    def log_message(self, *arguments): pass
server = http.server.HTTPServer((os.environ["LISTENS_ON"], 8080), Handler)
print("known as", socket.gethostname(), socket.gethostbyname(socket.getfqdn()))
print("serves at", *server.socket.getsockname(), flush=True)
server.serve_forever()
"""
CLIENT = """
import sys, urllib.request
try:
    print("got", urllib.request.urlopen(sys.argv[1], timeout=10).read().decode())
except Exception as error:
    print("failed", error)
"""


class Vpc:
    """A VPC with security groups that let nobody in or out until a test says so."""

    def __init__(self, fargate: Any, network: str) -> None:
        self.fargate = fargate
        self._ec2 = fargate.client("ec2")
        self.id = self._ec2.create_vpc(CidrBlock=f"{network}.0.0/16")["Vpc"]["VpcId"]
        subnet = self._ec2.create_subnet(VpcId=self.id, CidrBlock=f"{network}.1.0/24")
        self.subnet = subnet["Subnet"]["SubnetId"]

    def group(self, name: str) -> str:
        """A security group without any rule; gives its id."""
        made = self._ec2.create_security_group(GroupName=name, Description=name, VpcId=self.id)
        everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        self._ec2.revoke_security_group_egress(GroupId=made["GroupId"], IpPermissions=everything)
        return made["GroupId"]

    def allow(self, source: str, target: str, port: int = PORT) -> None:
        """Both rules that let one group reach another."""
        self.let_out(source, UserIdGroupPairs=[{"GroupId": target}], port=port)
        self.let_in(target, UserIdGroupPairs=[{"GroupId": source}], port=port)

    def let_out(self, group: str, *, port: int = PORT, **whom: Any) -> None:
        """An egress rule."""
        rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **whom}
        self._ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[rule])

    def let_in(self, group: str, *, port: int = PORT, **whom: Any) -> None:
        """An ingress rule."""
        rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **whom}
        self._ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])

    def within(self, *groups: str) -> dict[str, Any]:
        """What RunTask takes to start a task with these groups."""
        configuration = {"subnets": [self.subnet], "securityGroups": list(groups)}
        return {"networkConfiguration": {"awsvpcConfiguration": configuration}}


def program(fargate: Any, family: str, source: str, *arguments: str, **more: Any) -> str:
    """A task definition that runs a Python program."""
    image = fargate.image("FROM python:3.13-slim\nCOPY main.py /app/main.py\n", main__py=source)
    command = ["python", "/app/main.py", *arguments]
    return fargate.define(fargate.container(image, command=command, **more), family=family)


def serve(
    fargate: Any,
    name: str,
    listens_on: str = "0.0.0.0",  # noqa: S104 - the container's
    container: dict[str, Any] | None = None,
    **where: Any,
) -> dict[str, Any]:
    """Start a task that answers on port 8080 with its name and who asked; gives the task."""
    environment = [{"name": "LISTENS_ON", "value": listens_on}]
    more = {"environment": environment, **(container or {})}
    definition = program(fargate, name, SERVER, name, **more)
    task = fargate.run(definition, **where)
    fargate.says(task["taskArn"], "serves at")
    return task


def ask(fargate: Any, url: str, name: str = "client", **where: Any) -> str:
    """What a task with another's URL prints."""
    task = fargate.ends(program(fargate, name, CLIENT, url), **where)
    return "\n".join(fargate.said(task["taskArn"]))


def stop(fargate: Any, task: dict[str, Any]) -> None:
    """Stop a task and wait for its end."""
    fargate.client("ecs").stop_task(cluster="airflow", task=task["taskArn"])
    fargate.reaches(task["taskArn"], "STOPPED")


def address(task: dict[str, Any]) -> str:
    """A task's address in its VPC."""
    details = {each["name"]: each["value"] for each in task["attachments"][0]["details"]}
    return details["privateIPv4Address"]


def url(task: dict[str, Any]) -> str:
    """Where a task of :func:`serve` is in its VPC."""
    return f"http://{address(task)}:{PORT}"


def known_as(fargate: Any, task: dict[str, Any]) -> tuple[str, str]:
    """The host name of a task of :func:`serve`, and its address on this machine."""
    [line] = [each for each in fargate.said(task["taskArn"]) if each.startswith("known as")]
    _, _, name, place = line.split()
    return name, place


def findings(fargate: Any, text: str) -> list[dict[str, Any]]:
    """Findings with a text in their message."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{fargate.endpoint_url}/_rehearsal/findings", timeout=60) as answer:
        return [each for each in json.load(answer) if text in each["message"]]
