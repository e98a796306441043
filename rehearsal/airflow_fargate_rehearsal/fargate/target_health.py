"""Target groups: who is registered, and whether the health check finds them well."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from airflow_fargate_rehearsal.fargate.target_check import Failure, HealthCheck, probe

_EAGER_SECONDS = 1.0
"""How often a target that is not healthy yet is tried: a rehearsal shall not wait for the next
interval. Failures count by the interval all the same."""


@dataclass(frozen=True)
class Health:
    """What `DescribeTargetHealth` says; `reason` and `description` are ELB's own."""

    state: str
    reason: str | None = None
    description: str | None = None


HEALTHY = Health("healthy")
INITIAL = Health("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
DRAINING = Health(
    "draining", "Target.DeregistrationInProgress", "Target deregistration is in progress"
)
NOT_IN_USE = Health(
    "unused",
    "Target.NotInUse",
    "Target group is not configured to receive traffic from the load balancer",
)
NOT_CHECKED = Health(
    "unavailable", "Target.HealthCheckDisabled", "Health checks are disabled for this target group"
)


class Unreachable(Exception):
    """The load balancer cannot send anything to a target; says why, and if it may not."""

    def __init__(self, why: str, *, refused: bool = False) -> None:
        super().__init__(why)
        self.refused = refused


Way = Callable[[str, int], str]
"""From a target's address in the VPC and a port to its address here; raises Unreachable."""


class Target:
    """A registered target, which a thread of its own checks until it is deregistered.

    `ip` is its address in the VPC; `health` what ELB would say of it; `connections` how many the
    load balancer holds to it. `on_failure` is called at each failure that counts, when
    `health` says what follows from it. Thresholds count as AWS counts them, only that the first
    success makes a new target healthy.
    """

    def __init__(
        self,
        ip: str,
        port: int,
        *,
        check: Callable[[], HealthCheck],
        way: Way,
        on_failure: Callable[[Target, Failure], None],
    ) -> None:
        self.ip = ip
        self.port = port
        self.health = INITIAL
        self.connections = 0
        self._check = check
        self._way = way
        self._on_failure = on_failure
        self._gone = threading.Event()
        self._gone_by = 0.0
        threading.Thread(target=self._watch, name=f"target-{ip}", daemon=True).start()

    def deregister(self, delay_seconds: float) -> None:
        """Send it no more; it drains until its connections are closed, or the delay is over."""
        self.health = DRAINING
        self._gone_by = time.monotonic() + delay_seconds
        self._gone.set()

    @property
    def drained(self) -> bool:
        """Whether it was deregistered and nothing goes on with it any more."""
        over = self.connections == 0 or time.monotonic() >= self._gone_by
        return self._gone.is_set() and over

    def check_port(self, check: HealthCheck) -> int:
        """Port that its health check goes to."""
        return self.port if check.port == "traffic-port" else int(check.port)

    def _watch(self) -> None:
        successes = failures = 0
        counted_at = time.monotonic()
        while not self._gone.is_set():
            check = self._check()
            failure = self._look(check) if check.enabled else None
            now = time.monotonic()
            if failure is None:
                successes, failures, counted_at = successes + 1, 0, now
            elif now - counted_at >= check.interval_seconds or self.health == HEALTHY:
                successes, failures, counted_at = 0, failures + 1, now
            self._judge(check, failure, successes, failures)
            if failure is not None and counted_at == now:
                self._on_failure(self, failure)
            eager = self.health != HEALTHY
            self._gone.wait(
                min(_EAGER_SECONDS, check.interval_seconds) if eager else check.interval_seconds
            )

    def _look(self, check: HealthCheck) -> Failure | None:
        port = self.check_port(check)
        try:
            return probe(check, self._way(self.ip, port), port, host=f"{self.ip}:{port}")
        except Unreachable as error:
            # A packet that security groups drop has no answer.
            return Failure("Target.Timeout", "Request timed out", str(error), refused=error.refused)

    def _judge(
        self, check: HealthCheck, failure: Failure | None, successes: int, failures: int
    ) -> None:
        if not check.enabled:
            new = NOT_CHECKED
        elif failure is None:
            well = self.health.state != "unhealthy" or successes >= check.healthy_threshold
            new = HEALTHY if well else self.health
        elif failures >= check.unhealthy_threshold:
            new = Health("unhealthy", failure.reason, failure.description)
        else:
            new = self.health
        if self._gone.is_set():
            return
        self.health = new
