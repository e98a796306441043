"""The ECR repository of one image."""

from dataclasses import dataclass

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ecr_lifecycle_policy import EcrLifecyclePolicy
from cdktf_cdktf_provider_aws.ecr_repository import (
    EcrRepository,
    EcrRepositoryEncryptionConfiguration,
    EcrRepositoryImageScanningConfiguration,
)
from constructs import Construct

from .image_props import ImageProps
from .nulls import is_null
from .policy_exceptions import except_policy
from .protection import prevent_destroy
from .values import Condition, choose, expression, json_text, merged, negate


@dataclass(frozen=True)
class Repository:
    """A repository, as others refer to it."""

    url: str
    """Where images are pushed to and pulled from."""
    arn: str


def image_repository(scope: Construct, name: str, props: ImageProps) -> Repository:
    """Make the repository of an image: tags are for ever, what is pushed is scanned."""
    without_key = is_null(scope, props.kms_key_arn)
    own_key = negate(without_key)
    repository = EcrRepository(
        scope,
        "ecr_repository",
        name=name,
        image_tag_mutability="IMMUTABLE",
        image_scanning_configuration=EcrRepositoryImageScanningConfiguration(scan_on_push=True),
        encryption_configuration=[
            EcrRepositoryEncryptionConfiguration(
                encryption_type=choose(own_key, "KMS", "AES256"), kms_key=props.kms_key_arn
            )
        ],
        force_delete=negate(props.deletion_protection),
        lifecycle=_lifecycle(props.deletion_protection),
        tags=merged(props.tags, {"Name": name}),
    )
    except_policy(
        repository,
        "CKV_AWS_136",
        "Without kms_key_arn, ECR encrypts with a key of its own.",
        when=without_key,
    )
    address = repository.fqn  # asked once: each question goes to Node
    EcrLifecyclePolicy(
        scope,
        "ecr_lifecycle_policy",
        repository=expression(f"{address}.name"),
        policy=_lifecycle_policy(props.retained_images),
    )
    return Repository(url=expression(f"{address}.repository_url"), arn=expression(f"{address}.arn"))


def _lifecycle(deletion_protection: Condition) -> TerraformResourceLifecycle:
    protected = prevent_destroy(deletion_protection)
    return TerraformResourceLifecycle(
        prevent_destroy=protected.prevent_destroy if protected else None,
        # Another key would be another repository of the same name, which ECR refuses while the one
        # before is there, and task definitions refer to that one until the end of an apply.
        ignore_changes=["encryption_configuration"],
    )


def _lifecycle_policy(retained_images: float) -> str:
    def rule(priority: int, description: str, selection: dict[str, object]) -> dict[str, object]:
        return {
            "rulePriority": priority,
            "description": description,
            "selection": selection,
            "action": {"type": "expire"},
        }

    untagged = {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": 1,
    }
    older = {
        "tagStatus": "tagged",
        "tagPatternList": ["*"],
        "countType": "imageCountMoreThan",
        "countNumber": retained_images,
    }
    rules = [rule(1, "Pushes that did not end", untagged), rule(2, "Older images", older)]
    return json_text({"rules": rules})
