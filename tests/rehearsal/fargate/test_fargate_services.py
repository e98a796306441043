"""ECS services: their tasks run, are replaced, are known, and go with them."""

import pytest
from botocore.exceptions import ClientError
from tests.surroundings.balanced import Balanced
from tests.surroundings.services import Services


def test_a_service_runs_as_many_tasks_as_it_is_to_have(services: Services) -> None:
    created = services.create(
        services.define("exec sleep 600"),
        desiredCount=2,
        propagateTags="SERVICE",
        enableECSManagedTags=True,
        tags=[{"key": "Name", "value": "mine"}],
    )
    deployment = created["deployments"][0]
    assert (deployment["status"], deployment["rolloutState"]) == ("PRIMARY", "IN_PROGRESS")
    service = services.settles(2)
    assert (service["status"], service["pendingCount"]) == ("ACTIVE", 0)
    tasks = services.tasks()
    assert {each["group"] for each in tasks} == {f"service:{services.name}"}
    assert {each["startedBy"] for each in tasks} == {deployment["id"]}
    assert {each["capacityProviderName"] for each in tasks} == {"FARGATE"}
    tags = [{tag["key"]: tag["value"] for tag in each["tags"]} for each in tasks]
    assert tags == 2 * [
        {
            "Name": "mine",
            "aws:ecs:clusterName": "airflow",
            "aws:ecs:serviceName": services.name,
        }
    ]
    assert [each.rpartition(") ")[2] for each in services.messages()[:2]] == [
        "has reached a steady state.",
        "deployment completed.",
    ]


def test_a_task_that_ends_is_replaced_and_noted(services: Services) -> None:
    services.create(services.define("until test -f end; do sleep 0.1; done; exit 4"))
    services.settles()
    first = services.tasks()[0]["taskArn"]
    (services.root_of(first) / "end").touch()
    services.replaces(first)
    # Its place is taken while it still ends.
    assert services.fargate.reaches(first, "STOPPED")["stopCode"] == "EssentialContainerExited"
    services.until(lambda _: services.complaints())
    assert services.complaints() == [
        "A task ended: Essential container in task exited; main ended with exit code 4"
    ]


def test_an_unhealthy_task_is_stopped_and_replaced(services: Services) -> None:
    definition = services.define("exec sleep 600", "test ! -f $TMPDIR/ill || (echo oh; exit 1)")
    services.create(definition)
    services.settles()
    first = services.tasks()[0]["taskArn"]
    (services.root_of(first) / "tmp/ill").touch()
    services.replaces(first)
    services.settles()
    stopped = services.fargate.reaches(first, "STOPPED")
    assert (stopped["stopCode"], stopped["stoppedReason"]) == (
        "ServiceSchedulerInitiated",
        "Task failed container health checks",
    )
    assert "A task failed container health checks (main: exit code 1: oh)" in services.complaints()


def test_who_stops_a_task_sees_another_one_and_no_complaint(services: Services) -> None:
    services.create(services.define("exec sleep 600"))
    services.settles()
    first = services.tasks()[0]["taskArn"]
    services.ecs.stop_task(cluster="airflow", task=first)
    services.replaces(first)
    assert services.complaints() == []


def test_a_service_that_is_deleted_drains(services: Services) -> None:
    services.create(services.define("trap 'sleep 1; exit 0' TERM; while :; do sleep 0.1; done"))
    services.settles()
    with pytest.raises(ClientError, match="scaled above 0"):
        services.ecs.delete_service(cluster="airflow", service=services.name)
    with pytest.raises(ClientError, match="not idempotent"):
        services.create(services.describe()["taskDefinition"])
    services.update(desiredCount=0)
    gone = services.ecs.delete_service(cluster="airflow", service=services.name)["service"]
    assert gone["status"] == "DRAINING"
    assert services.describe()["serviceArn"] not in str(
        services.ecs.list_services(cluster="airflow")["serviceArns"]
    )
    assert services.until(lambda s: s["status"] == "INACTIVE")["runningCount"] == 0


def test_healthy_tasks_are_in_cloud_map_by_their_private_address(services: Services) -> None:
    cloud_map = services.fargate.client("servicediscovery")
    operation = cloud_map.create_http_namespace(Name=services.name[-20:])["OperationId"]
    targets = cloud_map.get_operation(OperationId=operation)["Operation"]["Targets"]
    registry = cloud_map.create_service(Name="me", NamespaceId=targets["NAMESPACE"])["Service"]
    services.create(
        services.define("exec sleep 600", "test -f up", start_period=60),
        serviceRegistries=[{"registryArn": registry["Arn"]}],
    )
    services.until(lambda s: s["runningCount"])
    assert cloud_map.list_instances(ServiceId=registry["Id"])["Instances"] == []
    (task,) = services.tasks()
    (services.root_of(task["taskArn"]) / "up").touch()
    services.settles()
    (task,) = services.tasks()
    details = {each["name"]: each["value"] for each in task["attachments"][0]["details"]}
    (instance,) = cloud_map.list_instances(ServiceId=registry["Id"])["Instances"]
    assert instance["Id"] == task["taskArn"].rpartition("/")[2]
    assert instance["Attributes"]["AWS_INSTANCE_IPV4"] == details["privateIPv4Address"]
    services.update(desiredCount=0)
    services.settles(0)
    assert cloud_map.list_instances(ServiceId=registry["Id"])["Instances"] == []


def test_a_target_that_its_load_balancer_finds_ill_is_replaced(services: Services) -> None:
    balanced = Balanced(services.fargate)
    balanced.let_in()
    balancer = balanced.elb.describe_load_balancers(LoadBalancerArns=[balanced.arn])
    subnet = balancer["LoadBalancers"][0]["AvailabilityZones"][0]["SubnetId"]
    network = {"subnets": [subnet], "securityGroups": [balanced.group_of_server]}
    definition = services.define(
        "touch well; exec python -m http.server 8080", portMappings=[{"containerPort": 8080}]
    )
    target = {
        "targetGroupArn": balanced.target_group,
        "containerName": "main",
        "containerPort": 8080,
    }
    asked = {
        "networkConfiguration": {"awsvpcConfiguration": network},
        "loadBalancers": [target],
        "healthCheckGracePeriodSeconds": 0,
    }
    services.create(definition, **asked)
    services.settles()
    assert balanced.health()[0]["State"] == "healthy"
    (first,) = (each["taskArn"] for each in services.tasks())
    (services.root_of(first) / "well").unlink()
    services.replaces(first)
    failed = f"ELB health checks in (target-group {balanced.target_group})"
    assert services.fargate.describe(first)["stoppedReason"] == f"Task failed {failed}"
    assert f"A task failed {failed} (Health checks failed with these codes: [404])" in (
        services.complaints()
    )
    assert services.settles()["events"]
    services.update(desiredCount=0)
    services.settles(0)
    assert {each["State"] for each in balanced.health()} <= {"draining"}
    balanced.end()


def test_a_target_group_that_no_listener_forwards_to_is_refused(services: Services) -> None:
    elb, ec2 = services.fargate.client("elbv2"), services.fargate.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.6.0.0/16")["Vpc"]["VpcId"]
    group = elb.create_target_group(
        Name="alone", TargetType="ip", Port=8080, Protocol="TCP", VpcId=vpc
    )["TargetGroups"][0]["TargetGroupArn"]
    target = {"targetGroupArn": group, "containerName": "main", "containerPort": 8080}
    with pytest.raises(ClientError, match="does not have an associated load balancer"):
        services.create(services.define("true"), loadBalancers=[target])
