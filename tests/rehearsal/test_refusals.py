"""Where AWS refuses, the embedded AWS refuses with the same error."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Client = Callable[[str], Any]


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value.response["Error"]["Code"]


def test_a_secret_name_is_taken_while_it_can_be_recovered(aws: Client) -> None:
    secrets = aws("secretsmanager")
    secrets.create_secret(Name="recoverable", SecretString="x")
    secrets.delete_secret(SecretId="recoverable", RecoveryWindowInDays=7)

    with pytest.raises(ClientError, match="already scheduled for deletion") as caught:
        secrets.create_secret(Name="recoverable", SecretString="y")

    assert caught.value.response["Error"]["Code"] == "InvalidRequestException"


def test_a_secret_name_is_free_after_deletion_without_recovery(aws: Client) -> None:
    secrets = aws("secretsmanager")
    secrets.create_secret(Name="forgotten", SecretString="x")
    secrets.delete_secret(SecretId="forgotten", ForceDeleteWithoutRecovery=True)

    secrets.create_secret(Name="forgotten", SecretString="y")

    assert secrets.get_secret_value(SecretId="forgotten")["SecretString"] == "y"


def test_a_bucket_with_an_object_cannot_be_deleted(aws: Client) -> None:
    s3 = aws("s3")
    s3.create_bucket(Bucket="full", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="full", Key="k", Body=b"x")

    assert refusal(lambda: s3.delete_bucket(Bucket="full")) == "BucketNotEmpty"


def test_a_bucket_with_only_versions_and_markers_cannot_be_deleted(aws: Client) -> None:
    s3 = aws("s3")
    s3.create_bucket(
        Bucket="versions", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="versions", Key="k", Body=b"x")["VersionId"]
    marker = s3.delete_object(Bucket="versions", Key="k")["VersionId"]
    assert "Contents" not in s3.list_objects_v2(Bucket="versions")
    assert refusal(lambda: s3.delete_bucket(Bucket="versions")) == "BucketNotEmpty"

    s3.delete_object(Bucket="versions", Key="k", VersionId=version)
    assert refusal(lambda: s3.delete_bucket(Bucket="versions")) == "BucketNotEmpty"

    s3.delete_objects(Bucket="versions", Delete={"Objects": [{"Key": "k", "VersionId": marker}]})
    s3.delete_bucket(Bucket="versions")


def test_a_repository_with_images_needs_force(aws: Client) -> None:
    ecr = aws("ecr")
    ecr.create_repository(repositoryName="images")
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {"digest": "sha256:0"},
        "layers": [],
    }
    ecr.put_image(repositoryName="images", imageManifest=json.dumps(manifest), imageTag="1")

    without_force = refusal(lambda: ecr.delete_repository(repositoryName="images"))

    assert without_force == "RepositoryNotEmptyException"
    ecr.delete_repository(repositoryName="images", force=True)


def test_a_log_group_cannot_be_created_twice(aws: Client) -> None:
    logs = aws("logs")
    logs.create_log_group(logGroupName="/twice")

    again = refusal(lambda: logs.create_log_group(logGroupName="/twice"))

    assert again == "ResourceAlreadyExistsException"


def test_a_protected_database_cannot_be_deleted(aws: Client) -> None:
    rds = aws("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="protected",
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        MasterUsername="airflow",
        ManageMasterUserPassword=True,
        DeletionProtection=True,
    )

    def delete() -> object:
        return rds.delete_db_instance(DBInstanceIdentifier="protected", SkipFinalSnapshot=True)

    assert refusal(delete) == "InvalidParameterCombination"
    rds.modify_db_instance(DBInstanceIdentifier="protected", DeletionProtection=False)
    delete()


def test_a_protected_load_balancer_cannot_be_deleted(aws: Client, vpc: str) -> None:
    elb, ec2 = aws("elbv2"), aws("ec2")
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    created = elb.create_load_balancer(Name="protected", Type="network", Subnets=[subnet])
    arn = created["LoadBalancers"][0]["LoadBalancerArn"]
    key = "deletion_protection.enabled"
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=[{"Key": key, "Value": "true"}]
    )

    protected = refusal(lambda: elb.delete_load_balancer(LoadBalancerArn=arn))

    assert protected == "OperationNotPermitted"
    in_use = refusal(lambda: ec2.delete_subnet(SubnetId=subnet))
    assert in_use == "DependencyViolation"


def test_a_nat_gateway_needs_an_internet_gateway(aws: Client, vpc: str) -> None:
    ec2 = aws("ec2")
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.200.0/24")["Subnet"]["SubnetId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]

    def create() -> str:
        made = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)
        return made["NatGateway"]["NatGatewayId"]

    assert refusal(create) == "Gateway.NotAttached"
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    assert create().startswith("nat-")


def test_a_security_group_that_another_refers_to_cannot_be_deleted(aws: Client, vpc: str) -> None:
    ec2 = aws("ec2")
    groups = [
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        for name in ("tasks", "database")
    ]
    tasks, database = groups
    ec2.authorize_security_group_ingress(
        GroupId=database,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 5432,
                "ToPort": 5432,
                "UserIdGroupPairs": [{"GroupId": tasks}],
            }
        ],
    )

    assert refusal(lambda: ec2.delete_security_group(GroupId=tasks)) == "DependencyViolation"

    ec2.delete_security_group(GroupId=database)
    ec2.delete_security_group(GroupId=tasks)


def test_a_security_group_and_a_subnet_of_an_interface_cannot_be_deleted(
    aws: Client, vpc: str
) -> None:
    ec2 = aws("ec2")
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    created = ec2.create_network_interface(SubnetId=subnet, Groups=[group])
    interface = created["NetworkInterface"]["NetworkInterfaceId"]

    assert refusal(lambda: ec2.delete_security_group(GroupId=group)) == "DependencyViolation"
    assert refusal(lambda: ec2.delete_subnet(SubnetId=subnet)) == "DependencyViolation"

    ec2.delete_network_interface(NetworkInterfaceId=interface)
    ec2.delete_security_group(GroupId=group)
    ec2.delete_subnet(SubnetId=subnet)


def test_a_vpc_with_a_gateway_or_a_group_cannot_be_deleted(aws: Client, vpc: str) -> None:
    ec2 = aws("ec2")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]

    assert refusal(lambda: ec2.delete_vpc(VpcId=vpc)) == "DependencyViolation"
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    assert refusal(lambda: ec2.delete_vpc(VpcId=vpc)) == "DependencyViolation"

    ec2.delete_security_group(GroupId=group)
    ec2.delete_vpc(VpcId=vpc)


@pytest.mark.parametrize(
    ("service", "method", "arguments", "name"),
    [
        (
            "efs",
            "update_file_system_protection",
            {"FileSystemId": "fs-1", "ReplicationOverwriteProtection": "DISABLED"},
            "PUT /2015-02-01/file-systems/fs-1/protection",
        ),
        (
            "application-autoscaling",
            "get_predictive_scaling_forecast",
            {
                "ServiceNamespace": "ecs",
                "ResourceId": "service/a/b",
                "ScalableDimension": "ecs:service:DesiredCount",
                "PolicyName": "p",
                "StartTime": 0,
                "EndTime": 1,
            },
            "application-autoscaling:GetPredictiveScalingForecast",
        ),
        (
            "rds",
            "describe_certificates",
            {},
            "rds:DescribeCertificates",
        ),
    ],
)
def test_a_call_that_nobody_wrote_is_refused_by_name_and_not_tried_again(
    aws: Client, service: str, method: str, arguments: dict[str, Any], name: str
) -> None:
    with pytest.raises(ClientError, match=name) as caught:
        getattr(aws(service), method)(**arguments)

    assert caught.value.response["Error"]["Code"] == "NotInEmbeddedAws"
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0
