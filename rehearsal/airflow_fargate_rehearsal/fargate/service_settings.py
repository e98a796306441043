"""What a service is told beside what its tasks are made from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may change without a deployment. Percentages are of `desired_count`."""

    desired_count: int
    minimum_healthy_percent: int = 100
    maximum_percent: int = 200
    circuit_breaker: bool = False
    rolls_back: bool = False
    grace_period: timedelta = timedelta()

    @property
    def fewest_healthy(self) -> int:
        """Ready tasks that a deployment leaves running."""
        return math.ceil(self.desired_count * self.minimum_healthy_percent / 100)

    @property
    def most(self) -> int:
        """Tasks that there may be at a time."""
        return self.desired_count * self.maximum_percent // 100

    @property
    def most_failures(self) -> int:
        """Failed tasks at which the circuit breaker ends a deployment.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html.
        """
        return max(3, min(200, math.ceil(self.desired_count / 2)))
