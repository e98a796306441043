"""Syntax of Terraform that the stacks of this project use rarely or not at all."""

from typing import Any

CONFIG: dict[str, Any] = {
    "terraform": {
        "required_version": ">= 1.11",
        "required_providers": {
            "aws": {
                "source": "hashicorp/aws",
                "version": ">= 5.100.0, < 7.0.0",
                "configuration_aliases": ["aws.replica"],
            }
        },
    },
    "variable": {
        "name": {
            "description": 'Name, such as "demo" or ${name}.',
            "type": "string",
            "validation": [
                {
                    "condition": '${can(regex("^[a-z]+$", var.name))}',
                    "error_message": "name is ${var.name}: only a to z.",
                }
            ],
        },
        "settings": {
            "type": "object({ size = optional(number, 2), tags = optional(map(string), {}) })",
            "default": {"size": 3},
            "nullable": False,
        },
        "password": {"type": "string", "default": None, "sensitive": True, "ephemeral": True},
    },
    "locals": {"zones": ["a", "b"], "labels": {"zone": "${local.zones[0]}"}},
    "data": {
        "aws_iam_policy_document": {
            "access": {
                "statement": [
                    {
                        "actions": ["s3:GetObject"],
                        "resources": ["*"],
                        "condition": {
                            "test": "StringEquals",
                            "variable": "aws:PrincipalTag/team",
                            "values": ["&{aws:RequestTag/team}"],
                        },
                    }
                ]
            }
        }
    },
    "resource": {
        "aws_security_group": {
            # ingress and egress are attributes of the old kind: lists that are written as blocks.
            "blocks": {
                "name": "${var.name}",
                "ingress": [
                    {"from_port": 1, "to_port": 1, "protocol": "tcp", "self": True}
                    | dict.fromkeys(("cidr_blocks", "description", "ipv6_cidr_blocks"))
                    | dict.fromkeys(("prefix_list_ids", "security_groups"))
                ],
                "egress": [],
                "timeouts": {"create": "5m"},
            },
            "dynamic": {
                "for_each": "${toset(local.zones)}",
                "provider": "aws.replica",
                "name": "${each.key}",
                "dynamic": {
                    "ingress": {
                        "for_each": "${var.settings.tags}",
                        "iterator": "rule",
                        "content": {
                            "description": "${rule.value}",
                            "from_port": 1,
                            "to_port": 1,
                            "protocol": "tcp",
                        },
                    }
                },
                "lifecycle": {
                    "create_before_destroy": True,
                    "ignore_changes": ["tags", "tags_all"],
                    "precondition": [
                        {"condition": "${var.settings.size > 0}", "error_message": "size is 0"}
                    ],
                    "postcondition": {
                        "condition": '${self.id != ""}',
                        "error_message": "there is none",
                    },
                },
            },
        },
        "aws_instance": {
            "nested": {
                "ami": "ami-12345678",
                "instance_type": "t4g.micro",
                "count": 2,
                "depends_on": ["aws_security_group.blocks", "aws_security_group.dynamic"],
                "lifecycle": {
                    "ignore_changes": "all",
                    "replace_triggered_by": ["terraform_data.script", "terraform_data.empty.id"],
                },
                "root_block_device": {"volume_size": 9, "tags": None},
                "tags": {"Name": "demo-${count.index}"},
                "user_data": "#!/bin/bash\necho ${var.name}\n",
            }
        },
        "aws_secretsmanager_secret_version": {
            "write_only": {
                "secret_id": "secret",
                "secret_string_wo": "${var.password}",
                "secret_string_wo_version": 1,
            }
        },
        "aws_codepipeline": {
            # `provider` is this block's own argument, and no provider of Terraform.
            "own_words": {
                "name": "demo",
                "role_arn": "arn:aws:iam::123456789012:role/demo",
                "artifact_store": {"location": "demo", "type": "S3"},
                "stage": [
                    {"name": name, "action": [action | {"owner": "AWS", "version": "1"}]}
                    for name, action in (
                        ("a", {"name": "a", "category": "Source", "provider": "S3"}),
                        ("b", {"name": "b", "category": "Deploy", "provider": "S3"}),
                    )
                ],
            }
        },
        "terraform_data": {
            "empty": {},
            "script": {
                "input": {"nothing": None, "deep": {"one": 1}},
                "provisioner": [
                    {"local-exec": {"command": "echo $${HOME}", "when": "destroy"}},
                    {
                        "remote-exec": {
                            "inline": ["true"],
                            "on_failure": "continue",
                            "connection": {"host": "${var.name}", "type": "ssh"},
                        }
                    },
                ],
            },
        },
    },
    "check": {
        "zones": {
            "data": {"aws_availability_zones": {"now": {"state": "available"}}},
            "assert": [
                {
                    "condition": "${length(data.aws_availability_zones.now.names) > 0}",
                    "error_message": "There is no zone.",
                }
            ],
        }
    },
    "moved": [{"from": "aws_security_group.old", "to": 'aws_security_group.dynamic["a"]'}],
    "removed": [{"from": "aws_instance.old", "lifecycle": {"destroy": False}}],
    "output": {
        "id": {
            "value": "${aws_security_group.blocks.id}",
            "description": "Its ${id}.",
            "depends_on": ["terraform_data.empty"],
            "precondition": {"condition": "${var.settings.size > 0}", "error_message": "size is 0"},
        },
        "policy": {
            "value": "${data.aws_iam_policy_document.access.json}",
            "sensitive": True,
        },
    },
}
