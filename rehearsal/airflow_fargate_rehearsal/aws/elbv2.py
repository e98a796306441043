"""Elastic Load Balancing: ARNs of network load balancers, and deletion protection."""

from __future__ import annotations

from typing import Any

from moto.elbv2 import models
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend

from airflow_fargate_rehearsal.aws.patching import around

# moto: every ARN says "loadbalancer/app/". AWS says net for network and gwy for gateway ones, and
# listeners and metrics repeat that part.
_PART_OF_TYPE = {"application": "app", "network": "net", "gateway": "gwy"}


@around(ELBv2Backend, "create_load_balancer")
def _create(original: Any, self: Any, *arguments: Any, **named: Any) -> models.FakeLoadBalancer:
    balancer = original(self, *arguments, **named)
    arn = balancer.arn.replace(
        ":loadbalancer/app/", f":loadbalancer/{_PART_OF_TYPE[balancer.type]}/"
    )
    if arn != balancer.arn:
        tags = self.tagging_service.list_tags_for_resource(balancer.arn)["Tags"]
        self.tagging_service.delete_all_tags_for_resource(balancer.arn)
        self.load_balancers[arn] = self.load_balancers.pop(balancer.arn)
        balancer.arn = arn
        self.tagging_service.tag_resource(arn, tags)
    return balancer


# moto deletes protected load balancers. AWS answers OperationNotPermitted.
@around(ELBv2Backend, "delete_load_balancer")
def _delete(original: Any, self: ELBv2Backend, arn: str) -> None:
    balancer = self.load_balancers.get(arn)
    if balancer is not None and balancer.attrs.get("deletion_protection.enabled") == "true":
        raise ELBClientError(
            "OperationNotPermitted",
            f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
        )
    original(self, arn)
