"""Pieces of the programs that the tests of the fast start run."""

PRINT = "import json; print(json.dumps({}))"
"""Prints the value of an expression as JSON."""

LOADED = "[n for n in sys.modules if n.startswith('cdktf_cdktf_provider_aws.')]"
"""The names of the provider's modules that are loaded."""

SYNTH = """
import json, pathlib
from cdktf import App, AssetType, TerraformAsset, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
)
from cdktf_cdktf_provider_aws.security_group import SecurityGroup, SecurityGroupIngress

app = App(outdir="out")
stack = TerraformStack(app, "stack")
AwsProvider(
    stack, "aws", region="eu-west-1", default_tags=[AwsProviderDefaultTags(tags={"a": "b"})]
)
bucket = S3Bucket(stack, "bucket", bucket_prefix="logs-")
S3BucketLifecycleConfiguration(
    stack,
    "lifecycle",
    bucket=bucket.bucket,
    rule=[
        S3BucketLifecycleConfigurationRule(
            id="old",
            status="Enabled",
            filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
            expiration=[S3BucketLifecycleConfigurationRuleExpiration(days=30)],
        )
    ],
)
https = SecurityGroupIngress(from_port=443, to_port=443)
group = SecurityGroup(stack, "group", ingress=[https])
data = pathlib.Path("data").resolve()
data.mkdir(exist_ok=True)
(data / "file.txt").write_text("data")
asset = TerraformAsset(stack, "asset", path=str(data), type=AssetType.ARCHIVE)
TerraformOutput(stack, "out", value=[asset.path, group.ingress.fqn, bucket.arn])
app.synth()
print(pathlib.Path("out/stacks/stack/cdk.tf.json").read_text())
"""
"""A stack with nested blocks, enums, references and a zipped asset; prints its Terraform JSON."""
