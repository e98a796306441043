"""Conditions for statements of IAM policies, as constructs check them."""

from module_writer.interface.variables import Validation


def sound_statements(label: str) -> list[Validation]:
    """Statements of a role are such that IAM takes them, and none permits a whole service."""
    statements = f"var.{label}"
    sids = f"{statements}[*].sid"
    actions = f"flatten({statements}[*].actions)"
    whole = f'[for action in {actions} : action if can(regex("^(.+:)?[*?]+$", action))]'
    odd = (
        f'[for action in {actions} : action if !can(regex("^[a-z0-9-]+:[A-Za-z0-9*?]+$", action))]'
    )
    resources = f"flatten({statements}[*].resources)"
    no_arns = (
        f'[for resource in {resources} : resource if resource != "*" && '
        '!startswith(resource, "arn:")]'
    )
    return [
        Validation(
            f'alltrue([for sid in {sids} : can(regex("^[A-Za-z0-9]+$", sid))]) && '
            f"length(distinct({sids})) == length({sids})",
            f"{label} must have a sid of letters and digits each, no two the same; got "
            f"${{jsonencode({sids})}}.",
        ),
        Validation(
            f"alltrue([for s in {statements} : length(s.actions) > 0 && length(s.resources) > 0])",
            f"{label} must have one action or more and one resource or more in each statement.",
        ),
        Validation(
            f"length({whole}) == 0",
            f"actions of {label} must be named (a whole service is more than a task needs: whoever "
            "may do all with a service may also delete, and give away, what is not the task's); "
            f'got ${{join(", ", {whole})}}. Name what the task does, such as "s3:GetObject".',
        ),
        Validation(
            f"length({odd}) == 0",
            f'actions of {label} must be of the form "service:Action", the service in lower case; '
            f'got ${{join(", ", {odd})}}.',
        ),
        Validation(
            f"length({no_arns}) == 0",
            f'resources of {label} must be ARNs, which begin with "arn:", or "*"; got '
            f'${{join(", ", {no_arns})}}.',
        ),
    ]
