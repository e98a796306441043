"""Which builder is used: the one that the user names, else the first that works."""

from __future__ import annotations

import os
from dataclasses import dataclass

from .builders import BUILDERS, Builder
from .failures import MissingProgram, WrongUse

VARIABLE = "AIRFLOW_FARGATE_IMAGE_BUILDER"
_RECORD = "record:"


@dataclass(frozen=True)
class Recorder:
    """Builds nothing, and writes down what would be built: a line of JSON for each image."""

    file: str


def chosen_builder() -> Builder | Recorder:
    """The builder to use on this machine.

    Raises:
        MissingProgram: There is none; says why not, and what to install.
        WrongUse: The user names one that is not known.
    """
    wanted = os.environ.get(VARIABLE, "")
    if wanted.startswith(_RECORD) and (file := wanted[len(_RECORD) :]):
        return Recorder(file)
    names = [builder.name for builder in BUILDERS]
    if wanted and wanted not in names:
        raise WrongUse(
            f"{VARIABLE} must be one of {', '.join(names)}, or record:<file>; got {wanted!r}. "
            "Leave it out, and the first of them that works is used."
        )
    reasons = []
    for builder in BUILDERS:
        if wanted in ("", builder.name):
            if not (reason := builder.unusable()):
                return builder
            reasons.append(f"  {builder.name} {reason}")
    raise MissingProgram(
        "The stack builds images, and there is no program here to build them:\n"
        + "\n".join(reasons)
        + "\nInstall one of them: Docker (https://docs.docker.com/engine/install/), podman or "
        "buildah (packages of these names)."
    )
