"""How many messages go to Node: what a synth takes grows with them, on any machine alike."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from airflow_fargate import Stack
from airflow_fargate.fargate_task import FargateTask
from airflow_fargate.fargate_task_props import FargateTaskProps
from airflow_fargate.task_host import TaskHost

import pytest
from cdktf import App
from jsii._kernel.providers.process import _NodeProcess

HOST = TaskHost(
    name="demo",
    cluster_arn="arn:aws:ecs:eu-west-1:123456789012:cluster/demo",
    private_subnet_ids=["subnet-0123456789abcdef0"],
    security_group_ids=["sg-0123456789abcdef0"],
)


@pytest.fixture
def messages_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Counter[str]]:
    """Synthesize a stack with that many task folders, and count the messages by what they ask."""

    def run(tasks: int) -> Counter[str]:
        counter: Counter[str] = Counter()
        send = _NodeProcess.send

        def count(self: Any, request: Any, response_type: Any) -> Any:
            asked = (getattr(request, name, None) for name in ("property", "method", "fqn"))
            counter[next(filter(None, asked), type(request).__name__)] += 1
            return send(self, request, response_type)

        app = App(outdir=str(tmp_path / f"{tasks}.out"))
        stack = Stack(app, "test", region="eu-west-1", local_state=True)
        for number in range(tasks):
            folder = tmp_path / str(tasks) / f"task_{number}"
            folder.mkdir(parents=True)
            (folder / "Dockerfile").write_text("FROM python:3.13-slim\nUSER 1000\n")
        with monkeypatch.context() as patch:
            patch.setattr(_NodeProcess, "send", count)
            for folder in (tmp_path / str(tasks)).iterdir():
                FargateTask(stack, folder.name, FargateTaskProps(folder=folder), host=HOST)
            app.synth()
        return counter

    return run


def test_every_task_takes_the_same_few_messages(
    messages_of: Callable[[int], Counter[str]],
) -> None:
    one, six, eleven = (messages_of(tasks) for tasks in (1, 6, 11))

    assert eleven - six == six - one
    assert (six - one).total() / 5 < 40


def test_nobody_asks_where_an_element_hangs_or_names_it_twice(
    messages_of: Callable[[int], Counter[str]],
) -> None:
    added = messages_of(3) - messages_of(1)

    assert not {"node", "path", "tryFindChild", "overrideLogicalId", "accountId"} & set(added)
