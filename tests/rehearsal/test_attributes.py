"""The embedded AWS keeps what it is told, and creates what AWS creates by itself."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Client = Callable[[str], Any]


def test_container_insights_create_a_log_group(aws: Client) -> None:
    ecs, logs = aws("ecs"), aws("logs")
    name = "/aws/ecs/containerinsights/{}/performance"
    ecs.create_cluster(
        clusterName="watched", settings=[{"name": "containerInsights", "value": "enhanced"}]
    )
    ecs.create_cluster(clusterName="unwatched")
    groups = {each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]}
    assert name.format("watched") in groups
    assert name.format("unwatched") not in groups

    ecs.update_cluster(
        cluster="unwatched", settings=[{"name": "containerInsights", "value": "enabled"}]
    )
    groups = {each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]}
    assert name.format("unwatched") in groups


def test_a_service_keeps_its_strategy_and_settings(aws: Client) -> None:
    ecs = aws("ecs")
    ecs.create_cluster(clusterName="services")
    ecs.register_task_definition(
        family="kept", containerDefinitions=[{"name": "c", "image": "i", "memory": 512}]
    )
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 3, "base": 0}]
    ecs.create_service(
        cluster="services",
        serviceName="kept",
        taskDefinition="kept",
        desiredCount=0,
        capacityProviderStrategy=strategy,
        enableExecuteCommand=True,
        enableECSManagedTags=True,
        healthCheckGracePeriodSeconds=120,
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
    )
    ecs.update_service(cluster="services", service="kept", enableExecuteCommand=False)

    service = ecs.describe_services(cluster="services", services=["kept"])["services"][0]

    assert service["capacityProviderStrategy"] == strategy
    assert "launchType" not in service
    assert service["enableExecuteCommand"] is False
    assert service["enableECSManagedTags"] is True
    assert service["healthCheckGracePeriodSeconds"] == 120
    deployment = service["deploymentConfiguration"]
    assert deployment["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert deployment["maximumPercent"] == 200


def test_a_scalable_target_has_tags(aws: Client) -> None:
    ecs, scaling = aws("ecs"), aws("application-autoscaling")
    ecs.create_cluster(clusterName="scaled")
    ecs.register_task_definition(
        family="scaled", containerDefinitions=[{"name": "c", "image": "i", "memory": 512}]
    )
    ecs.create_service(cluster="scaled", serviceName="s", taskDefinition="scaled", desiredCount=0)
    arn = scaling.register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId="service/scaled/s",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=0,
        MaxCapacity=2,
        Tags={"a": "1"},
    )["ScalableTargetARN"]

    scaling.tag_resource(ResourceARN=arn, Tags={"b": "2"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["a"])

    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"b": "2"}


def test_a_file_system_keeps_its_backup_policy(aws: Client) -> None:
    efs = aws("efs")
    # checkov:skip=CKV_SECRET_6:A creation token of EFS is a name.
    file_system = efs.create_file_system(CreationToken="backups")["FileSystemId"]
    for status in ("ENABLED", "DISABLED"):
        efs.put_backup_policy(FileSystemId=file_system, BackupPolicy={"Status": status})
        policy = efs.describe_backup_policy(FileSystemId=file_system)["BackupPolicy"]
        assert policy == {"Status": status}


def test_a_queue_keeps_both_redrive_policies_as_aws_writes_them(aws: Client) -> None:
    sqs = aws("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    names = ["QueueArn", "RedriveAllowPolicy"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=names)["Attributes"]["QueueArn"]
    redrive = {"deadLetterTargetArn": arn, "maxReceiveCount": 3}
    live = sqs.create_queue(QueueName="live", Attributes={"RedrivePolicy": json.dumps(redrive)})[
        "QueueUrl"
    ]
    allow = '{"redrivePermission":"denyAll"}'
    sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedriveAllowPolicy": allow})

    answer = sqs.get_queue_attributes(QueueUrl=live, AttributeNames=["All"])["Attributes"]
    assert answer["RedrivePolicy"] == json.dumps(redrive, separators=(",", ":"))
    assert "RedriveAllowPolicy" not in answer
    answer = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=names)["Attributes"]
    assert answer["RedriveAllowPolicy"] == allow


def test_a_network_load_balancer_says_so_in_its_arn_and_keeps_its_tags(
    aws: Client, vpc: str
) -> None:
    elb = aws("elbv2")
    subnet = aws("ec2").create_subnet(VpcId=vpc, CidrBlock="10.9.2.0/24")["Subnet"]["SubnetId"]
    tags = [{"Key": "a", "Value": "1"}]
    created = elb.create_load_balancer(Name="net", Type="network", Subnets=[subnet], Tags=tags)
    arn = created["LoadBalancers"][0]["LoadBalancerArn"]

    assert ":loadbalancer/net/net/" in arn
    assert elb.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"] == tags
    elb.delete_load_balancer(LoadBalancerArn=arn)


def test_a_bucket_policy_with_lists_lets_the_logging_service_write(aws: Client) -> None:
    s3 = aws("s3")
    region = {"LocationConstraint": "eu-west-1"}
    for name in ("logged", "logs"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration=region)
    statements = [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::logs/*"},
        {
            "Effect": "Allow",
            "Principal": {"Service": ["logging.s3.amazonaws.com"]},
            "Action": ["s3:PutObject"],
            "Resource": ["arn:aws:s3:::logs/*"],
        },
    ]
    s3.put_bucket_policy(
        Bucket="logs", Policy=json.dumps({"Version": "2012-10-17", "Statement": statements})
    )
    target = {"TargetBucket": "logs", "TargetPrefix": "p/"}

    s3.put_bucket_logging(Bucket="logged", BucketLoggingStatus={"LoggingEnabled": target})

    assert s3.get_bucket_logging(Bucket="logged")["LoggingEnabled"] == target


def test_a_rule_that_names_a_security_group_keeps_its_description(aws: Client, vpc: str) -> None:
    ec2 = aws("ec2")
    groups = [
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        for name in ("asks", "answers")
    ]
    pair = {"GroupId": groups[0], "Description": "from asks"}
    ec2.authorize_security_group_ingress(
        GroupId=groups[1],
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [pair]}
        ],
    )
    filters = [{"Name": "group-id", "Values": [groups[1]]}]
    rules = ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
    assert [rule["Description"] for rule in rules if not rule["IsEgress"]] == ["from asks"]


def test_a_log_group_takes_another_key(aws: Client) -> None:
    logs = aws("logs")
    logs.create_log_group(logGroupName="keyed")
    keys = []
    for change in (
        lambda: logs.associate_kms_key(logGroupName="keyed", kmsKeyId="arn:key"),
        lambda: logs.disassociate_kms_key(logGroupName="keyed"),
    ):
        change()
        (group,) = logs.describe_log_groups(logGroupNamePrefix="keyed")["logGroups"]
        keys.append(group.get("kmsKeyId"))
    assert keys == ["arn:key", None]


def test_two_namespaces_share_a_vpc_and_take_their_zones_with_them(aws: Client, vpc: str) -> None:
    cloud_map, dns = aws("servicediscovery"), aws("route53")
    before = len(dns.list_hosted_zones()["HostedZones"])
    for name in ("a.local", "b.local"):
        cloud_map.create_private_dns_namespace(Name=name, Vpc=vpc)
    assert len(dns.list_hosted_zones()["HostedZones"]) == before + 2

    for each in cloud_map.list_namespaces()["Namespaces"]:
        if each["Name"] in ("a.local", "b.local"):
            cloud_map.delete_namespace(Id=each["Id"])

    assert len(dns.list_hosted_zones()["HostedZones"]) == before


def test_a_policy_that_denies_plain_http_denies_nothing_here(aws: Client) -> None:
    s3 = aws("s3")
    s3.create_bucket(
        Bucket="tls-only", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    resources = ["arn:aws:s3:::tls-only", "arn:aws:s3:::tls-only/*"]
    without_tls = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:*"],
        "Resource": resources,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = {"Version": "2012-10-17", "Statement": [without_tls]}
    s3.put_bucket_policy(Bucket="tls-only", Policy=json.dumps(policy))

    s3.put_object(Bucket="tls-only", Key="k", Body=b"x")
    assert s3.get_object(Bucket="tls-only", Key="k")["Body"].read() == b"x"
    s3.delete_objects(Bucket="tls-only", Delete={"Objects": [{"Key": "k"}]})
    assert "Contents" not in s3.list_objects_v2(Bucket="tls-only")

    del without_tls["Condition"]
    s3.put_bucket_policy(Bucket="tls-only", Policy=json.dumps(policy))
    with pytest.raises(ClientError, match="403"):
        s3.put_object(Bucket="tls-only", Key="k", Body=b"x")


def test_versions_are_listed_with_their_keys_encoded_for_who_asks(aws: Any) -> None:
    s3, key = aws("s3"), "run_id=a+b%3A/c d.log"
    region = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket="listed", CreateBucketConfiguration=region)
    s3.put_object(Bucket="listed", Key=key, Body=b"")
    raw: list[bytes] = []
    s3.meta.events.register(
        "after-call.s3.*", lambda http_response, **_: raw.append(http_response.content)
    )
    # botocore asks for it, too, and decodes.
    [version] = s3.list_object_versions(Bucket="listed", Prefix="run_id=a+")["Versions"]
    assert version["Key"] == key
    assert b"<Key>run_id%3Da%2Bb%253A/c%20d.log</Key>" in raw[0]
    assert b"<EncodingType>url</EncodingType>" in raw[0]
