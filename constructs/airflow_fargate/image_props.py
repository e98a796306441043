"""`ImageProps`: what every image can be told."""

from typing import Annotated, Literal

from .props import OF_THE_DEPLOYMENT, KmsKeyArn, Name, Tags, props
from .rules import Between, Matches

IMAGE_URI = Matches(
    r"[^\s@]*[^\s@/]+(:\w[\w.-]{0,127}|(:\w[\w.-]{0,127})?@sha256:[0-9a-f]{64})",
    "an image with a tag or a digest, such as "
    '"123456789012.dkr.ecr.eu-west-1.amazonaws.com/airflow:2026-11"',
)

# A part of a repository's name, and ECR takes no two separators side by side.
TASK_NAME = Matches(
    r"(?=.{1,24}\Z)[a-z][a-z0-9]*(_[a-z0-9]+)*",
    "1 to 24 lower-case letters, digits and single underscores, beginning with a letter and not "
    "ending in an underscore",
)


@props
class ImageProps:
    """What every image can be told."""

    name: Name = OF_THE_DEPLOYMENT
    """Name of the deployment; begins the repository's name."""
    uri: Annotated[str | None, IMAGE_URI] = None
    """An image that is built elsewhere; then nothing is built, and there is no repository. Whether
    it is given decides what is synthesized, so that a variable counts as given."""
    architecture: Literal["X86_64", "ARM64"] = "X86_64"
    """Processor that the image is built for and runs on. X86_64 is what most machines that build
    have, and those of Apple emulate it without more ado; ARM64 costs about a fifth less on Fargate,
    and builds slowly, and only with emulation, on a machine of the other kind."""
    retained_images: Annotated[int, Between(2, 1000, "one that runs, and one to go back to")] = 10
    """How many images the repository keeps; the oldest go first."""
    deletion_protection: bool = False
    """Whether the repository refuses to be destroyed while images are in it. They can be built
    again from the folder; not so exactly if its base image has changed."""
    kms_key_arn: KmsKeyArn = None
    """Key to encrypt the images with. Without it ECR encrypts with a key of its own. A repository
    keeps the key that it was made with."""
    tags: Tags = None
    """Tags of the repository, beside the provider's `default_tags`."""
