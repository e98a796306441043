"""Private DNS: names of Cloud Map lead to tasks, for those in the namespace's VPC."""

from collections.abc import Iterator
from typing import Any

import pytest

from .vpc import PORT, Vpc, address, ask, findings, program, serve, stop

RESOLVE = """
import socket, sys
for name in sys.argv[1:]:
    try:
        print(name, *sorted({each[4][0] for each in socket.getaddrinfo(name, 80)}), flush=True)
    except OSError as error:
        print(name, "failed", error, flush=True)
"""


class Domain:
    """A private namespace with one service, in which tests register tasks."""

    def __init__(self, fargate: Any, vpc: Vpc) -> None:
        self._client = fargate.client("servicediscovery")
        made = self._client.create_private_dns_namespace(Name="airflow.local", Vpc=vpc.id)
        operation = self._client.get_operation(OperationId=made["OperationId"])
        self.id = operation["Operation"]["Targets"]["NAMESPACE"]

    def service(self, name: str) -> str:
        """A service of the namespace; gives its id."""
        # As the Terraform provider says it.
        records = {"NamespaceId": self.id, "DnsRecords": [{"Type": "A", "TTL": 10}]}
        return self._client.create_service(Name=name, DnsConfig=records)["Service"]["Id"]

    def register(self, service_id: str, *tasks: dict[str, Any]) -> None:
        """Let a service's name lead to tasks."""
        for task in tasks:
            self._client.register_instance(
                ServiceId=service_id,
                InstanceId=task["taskArn"].rpartition("/")[2],
                Attributes={"AWS_INSTANCE_IPV4": address(task)},
            )


@pytest.fixture(scope="module")
def vpc(fargate: Any) -> Vpc:
    """A VPC for the tests of this file."""
    return Vpc(fargate, "10.30")


@pytest.fixture(scope="module")
def domain(fargate: Any, vpc: Vpc) -> Domain:
    """The namespace `airflow.local` in that VPC."""
    return Domain(fargate, vpc)


@pytest.fixture(scope="module")
def task(fargate: Any, vpc: Vpc) -> Iterator[dict[str, Any]]:
    """A task in group `servers` that answers at port 8080."""
    started = serve(fargate, "server", **vpc.within(vpc.group("servers")))
    yield started
    stop(fargate, started)


def resolved(fargate: Any, *names: str, **where: Any) -> dict[str, str]:
    """What names lead to, in a task."""
    ended = fargate.ends(program(fargate, "resolver", RESOLVE, *names), **where)
    return {line.split()[0]: line.partition(" ")[2] for line in fargate.said(ended["taskArn"])}


def test_a_name_leads_to_the_task_and_through_its_security_group(
    fargate: Any, vpc: Vpc, domain: Domain, task: dict[str, Any]
) -> None:
    domain.register(domain.service("api-server"), task)
    callers = vpc.group("callers")
    [servers] = fargate.client("ec2").describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["servers"]}]
    )["SecurityGroups"]
    vpc.allow(callers, servers["GroupId"])
    said = ask(fargate, f"http://api-server.airflow.local:{PORT}", **vpc.within(callers))
    assert said.startswith("got server saw 127."), said


def test_a_name_of_several_tasks_leads_to_all_of_them(
    fargate: Any, vpc: Vpc, domain: Domain, task: dict[str, Any]
) -> None:
    other = serve(fargate, "other", **vpc.within(vpc.group("others")))
    domain.register(domain.service("both"), task, other)
    found = resolved(fargate, "both.airflow.local", **vpc.within(vpc.group("asks-both")))
    assert len(found["both.airflow.local"].split()) == 2
    stop(fargate, other)


def test_a_name_that_no_service_has_is_told(fargate: Any, vpc: Vpc, domain: Domain) -> None:
    own = vpc.within(vpc.group("asks-wrongly"))
    found = resolved(fargate, "scheduler.airflow.local", **own)
    assert "failed" in found["scheduler.airflow.local"]
    [finding] = findings(fargate, "the private namespace airflow.local has no service scheduler")
    assert (finding["kind"], finding["subject"]) == ("refused", "task resolver")
    assert domain.id


def test_a_service_without_tasks_has_a_name_that_leads_nowhere(
    fargate: Any, vpc: Vpc, domain: Domain
) -> None:
    domain.service("empty")
    found = resolved(fargate, "empty.airflow.local", **vpc.within(vpc.group("asks-empty")))
    assert "Name or service not known" in found["empty.airflow.local"]
    assert not findings(fargate, "empty")


def test_another_vpc_does_not_know_the_name(
    fargate: Any, vpc: Vpc, domain: Domain, task: dict[str, Any]
) -> None:
    domain.register(domain.service("own-vpc-only"), task)
    other = Vpc(fargate, "10.31")
    found = resolved(fargate, "own-vpc-only.airflow.local", **other.within(other.group("far")))
    assert "Name or service not known" in found["own-vpc-only.airflow.local"]
    [finding] = findings(fargate, "own-vpc-only.airflow.local is in a private namespace")
    assert vpc.id in finding["message"]
    assert f"task resolver in {other.id} cannot see" in finding["message"]


def test_other_names_are_the_resolvers_of_this_machine(fargate: Any, vpc: Vpc) -> None:
    own = vpc.within(vpc.group("asks-others"))
    found = resolved(fargate, "localhost", "127.0.0.1", "no-such-host.invalid", **own)
    assert found["localhost"] == found["127.0.0.1"] == "127.0.0.1"
    assert "failed" in found["no-such-host.invalid"]
