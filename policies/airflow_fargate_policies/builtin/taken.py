"""What is not known yet, taken for several things, one after the other.

A verdict that is not the same whatever the unknown values are taken for rests on them, and so is
none. That needs no knowledge of what each of checkov's rules reads.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

ABSENT: Any = object()
"""Stands for nothing at all."""

_TEXT = re.compile(r'"([^"$\\]*)"')
_WORST = {
    "container": [
        {
            "name": "unknown",
            "image": "unknown:latest",
            "essential": True,
            "privileged": True,
            "privilege": True,
            "readonlyRootFilesystem": False,
            "user": "root",
            "environment": [{"name": "PASSWORD", "value": "unknown"}],
        }
    ],
    "policy": {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
    },
}
# What a rule refuses by its value, and neither true, false nor any text would show.
_WORST_VALUES: dict[str, Any] = {
    "Action": "*",
    "Effect": "Allow",
    "NotAction": ABSENT,
    "Condition": ABSENT,
    "Principal": "*",
    "AWS": "*",
    "Resource": "*",
    "acl": "public-read",
    "actions": ["*"],
    "auth_type": "NONE",
    "authorization": "NONE",
    "authorization_type": "NONE",
    "cidr_block": "0.0.0.0/0",
    "cidr_blocks": ["0.0.0.0/0"],
    "cidr_ipv4": "0.0.0.0/0",
    "cidr_ipv6": "::/0",
    "effect": "Allow",
    "from_port": 0,
    "identifiers": ["*"],
    "ip_protocol": "-1",
    "ipv6_cidr_blocks": ["::/0"],
    "managed_policy_arns": ["arn:aws:iam::aws:policy/AdministratorAccess"],
    "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess",
    "protocol": "-1",
    "resources": ["*"],
    "to_port": 65535,
}
_BEST = {
    "container": [
        {
            "name": "unknown",
            "image": "unknown@sha256:" + "0" * 64,
            "essential": True,
            "readonlyRootFilesystem": True,
            "user": "1000",
            "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "unknown"}},
        }
    ],
    "policy": {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": ["s3:GetObject"],
                "Resource": ["arn:aws:s3:::unknown/unknown"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    },
}


@dataclass(frozen=True)
class Taken:
    """What unknown values are taken for.

    Attributes:
        whole: For a value that is wholly unknown; `ABSENT` for none.
        part: For the unknown part of a text.
        written: For which of the texts that stand in the expression, as `"HTTPS"` does in
            `var.plain_http ? "HTTP" : "HTTPS"`; `whole` where there is none.
        optional: Whether resources are there of which that is not known.
        documents: For a policy or container definitions: "none", "worst" or "best".
    """

    whole: Any = ABSENT
    part: str = ""
    documents: str = "none"
    written: int | None = None
    optional: bool = True

    @property
    def is_nothing(self) -> bool:
        """Whether what is unknown is taken for nothing at all."""
        return self.whole is ABSENT

    def value(self, expression: str, attribute: str = "", *, in_list: bool = False) -> Any:
        """What an expression is taken for.

        Args:
            expression: As Terraform has it.
            attribute: Of which attribute, or of which key in a document.
            in_list: Whether it stands for one of a list.
        """
        if self.written is None and self.documents == "worst" and attribute in _WORST_VALUES:
            worst = _WORST_VALUES[attribute]
            return worst[0] if in_list and isinstance(worst, list) else worst
        # Of a condition, what it may give: not what it compares.
        chosen = expression.partition("?")[2] or expression
        texts = _TEXT.findall(chosen) if self.written is not None else ()
        return texts[self.written] if texts and self.written is not None else self.whole

    def document(self, attribute: str) -> Any:
        """What a document is taken for.

        Args:
            attribute: Of which attribute, such as `policy`.
        """
        if self.documents == "none":
            return ABSENT
        kind = "container" if attribute.startswith("container_") else "policy"
        return json.dumps((_WORST if self.documents == "worst" else _BEST)[kind])


ALL = (
    Taken(),
    Taken(optional=False),
    Taken(whole=True, part="*", documents="worst"),
    Taken(whole=False, part="0.0.0.0/0", documents="best"),
    Taken(whole="unknown", part="unknown", documents="best"),
    Taken(whole=0, part="latest", documents="worst", written=0, optional=False),
    Taken(whole=1_000_000, part="unknown", documents="best", written=-1),
)
"""Everything that unknown values are taken for; the first is all there is where all is known."""
