"""The role with which Fargate starts a task: what it pulls, fetches and writes before and beside.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
"""

from __future__ import annotations

import re

from airflow_fargate_rehearsal.access.calls import Need
from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.fargate.errors import CannotInitialize, CannotPullContainer
from airflow_fargate_rehearsal.fargate.order import Order, Place
from airflow_fargate_rehearsal.fargate.roles import CannotAssume

_IN_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/"
    r"(?P<repository>[^:@]+)"
)
_LOG_IN = "ecr:GetAuthorizationToken"
_PULL = ("ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer")
"""In the order in which they are called: the manifest, then each layer."""


class ExecutionRole:
    """The execution role of a task; one that has none may do everything, and is a finding."""

    def __init__(self, order: Order, place: Place) -> None:
        self._order = order
        self._place = place

    def clients(self) -> Clients:
        """Clients with its credentials; raises CannotInitialize when it cannot be taken on."""
        order, roles = self._order, self._place.roles
        if roles is None:
            return self._place.clients
        if order.execution_role_arn is None:
            self._place.findings.add(
                "refused",
                f"task definition {order.family}",
                "It has no execution role. Fargate needs one to pull from ECR, to fetch secrets "
                "and to write logs: AWS does not take such a definition.",
            )
            return self._place.clients
        try:
            credentials = roles.credentials(
                order.execution_role_arn,
                session_name=order.task_id,
                subject=order.subject,
                region=order.region,
            )
        except CannotAssume as error:
            raise CannotInitialize(str(error)) from error
        return Clients(self._place.clients.endpoint_url, credentials)

    def pull(self, image: str) -> None:
        """Ask whether it may pull an image; raises CannotInitialize or CannotPullContainer."""
        found = _IN_ECR.match(image)
        if found is None or self._order.execution_role_arn is None:
            return
        if refused := self._refused(Need(action=_LOG_IN)):
            raise CannotInitialize(
                "unable to pull secrets or registry auth: execution resource retrieval failed: "
                "unable to retrieve ecr registry auth: service call has been retried 1 time(s): "
                f"AccessDeniedException: {refused}"
            )
        repository = (
            f"arn:aws:ecr:{found['region']}:{found['account']}:repository/{found['repository']}"
        )
        for action in _PULL:
            # Nothing is in the repository, and no tag is on it that decides.
            need = Need(action=action, resource=repository, values={"aws:ResourceTag/": None})
            if refused := self._refused(need):
                raise CannotPullContainer(
                    "pull image manifest has been retried 1 time(s): failed to resolve ref "
                    f"{image}: unexpected status code 403 Forbidden: {refused}"
                )

    def _refused(self, need: Need) -> str | None:
        order, roles = self._order, self._place.roles
        if roles is None or order.execution_role_arn is None:
            return None
        return roles.refused(
            order.execution_role_arn,
            session_name=order.task_id,
            subject=order.subject,
            region=order.region,
            needs=[need],
        )
