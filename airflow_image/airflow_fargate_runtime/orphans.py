"""Stops ECS tasks whose Airflow tasks are over.

Operators and triggers stop the ECS tasks that they wait for. What remains is what nobody was there
to stop: the worker was killed and there is no retry, a task was marked failed while no triggerer
ran, a DAG run was deleted. The triggerer looks for those every minute, from its main process, which
may use the database and ECS.
"""

import itertools
import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from .ecs_tasks import DESCRIBED_AT_ONCE
from .orphans_verdict import Belonging, Owner, TaskInstance, belonging, why_over

SECONDS_BETWEEN_LOOKS = 60.0
"""How long after a look the next one begins."""

SECONDS_TO_BE_OVER = 30.0
"""How long an Airflow task has to be seen as over before its ECS task is stopped. Airflow itself
stops it in this time, if it can."""

_log = logging.getLogger(__name__)

Families = Callable[[], Iterable[tuple[str, str]]]
LookUp = Callable[[Collection[Owner]], Mapping[Owner, TaskInstance]]


class Sweeper:
    """Looks for ECS tasks whose Airflow tasks are over, and stops them.

    What an ECS task was started for never changes, so each is described once.

    Args:
        ecs: Gives a client of ECS in a region.
        families: Gives the clusters' ARNs and, for each, the families of this deployment's task
            definitions: a cluster can be shared, and Airflow may not describe its own services.
        look_up: Gives what the database says of tasks.
        clock: Seconds that only ever grow.
    """

    def __init__(
        self,
        ecs: Callable[[str], Any],
        families: Families,
        look_up: LookUp,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ecs = ecs
        self._families = families
        self._look_up = look_up
        self._clock = clock
        self._seen: set[tuple[str, str]] = set()
        self._known: dict[str, Belonging | None] = {}
        self._over_since: dict[str, float] = {}

    def look(self) -> float:
        """Look once, and stop what has been over for long enough.

        Returns:
            After how many seconds to look again.

        Raises:
            ClientError: ECS or SSM refuses or throttles; also `BotoCoreError`, and what SQLAlchemy
                raises. The next look may work.
        """
        # The order matters: a task that is listed had an Airflow task that ran before.
        clusters = self._running()
        self._get_to_know(clusters)
        over = self._over()
        now = self._clock()
        self._over_since = {arn: self._over_since.get(arn, now) for arn in over}
        for arn, reason in over.items():
            if now - self._over_since[arn] >= SECONDS_TO_BE_OVER:
                self._stop(clusters[arn], arn, reason)
        return SECONDS_TO_BE_OVER if self._over_since else SECONDS_BETWEEN_LOOKS

    def _running(self) -> dict[str, str]:
        """ARNs of the tasks that run or are to run, with their clusters'."""
        # Those of a folder that was taken out as well: what runs of it is still to be looked after.
        self._seen |= set(self._families())
        found = {}
        for cluster, family in sorted(self._seen):
            pages = self._in(cluster).get_paginator("list_tasks")
            for page in pages.paginate(cluster=cluster, family=family, desiredStatus="RUNNING"):
                found.update(dict.fromkeys(page["taskArns"], cluster))
        return found

    def _get_to_know(self, clusters: Mapping[str, str]) -> None:
        self._known = {arn: self._known[arn] for arn in clusters if arn in self._known}
        unknown = [(cluster, arn) for arn, cluster in clusters.items() if arn not in self._known]
        for cluster, tasks in itertools.groupby(sorted(unknown), key=lambda pair: pair[0]):
            arns = [arn for _, arn in tasks]
            for start in range(0, len(arns), DESCRIBED_AT_ONCE):
                some = arns[start : start + DESCRIBED_AT_ONCE]
                answer = self._in(cluster).describe_tasks(cluster=cluster, tasks=some)
                self._known |= {task["taskArn"]: belonging(task) for task in answer["tasks"]}

    def _over(self) -> dict[str, str]:
        """ARNs of the tasks of which nobody wants to know any more, and why."""
        belongings = {arn: known for arn, known in self._known.items() if known is not None}
        owners = {known.owner for known in belongings.values()}
        found = self._look_up(owners) if owners else {}
        reasons = {
            arn: why_over(known.max_tries, found.get(known.owner))
            for arn, known in belongings.items()
        }
        return {arn: reason for arn, reason in reasons.items() if reason is not None}

    def _stop(self, cluster: str, arn: str, reason: str) -> None:
        known = self._known[arn]
        _log.warning("Stopping ECS task %s (%s): %s", arn, known and known.owner, reason)
        try:
            self._in(cluster).stop_task(cluster=cluster, task=arn, reason=f"Airflow: {reason}")
        except ClientError as error:
            # The others are not to wait for this one.
            _log.warning("ECS task %s is not stopped: %s", arn, error)

    def _in(self, cluster: str) -> Any:
        return self._ecs(cluster.split(":")[3])


def sweep(sweeper: Sweeper, ended: threading.Event) -> None:
    """Look again and again, whatever fails, until the event is set."""
    failing = False
    pause = 0.0
    while not ended.wait(pause):
        try:
            pause = sweeper.look()
        except Exception as error:  # noqa: BLE001 -- the next look may work, whatever it was
            # Once, not every minute: it may be a long night for the database.
            _log.log(
                logging.DEBUG if failing else logging.WARNING,
                "Cannot look for ECS tasks whose Airflow tasks are over: %s: %s",
                type(error).__name__,
                error,
            )
            failing, pause = True, SECONDS_BETWEEN_LOOKS
        else:
            if failing:
                _log.info("Looking for ECS tasks whose Airflow tasks are over works again")
            failing = False
