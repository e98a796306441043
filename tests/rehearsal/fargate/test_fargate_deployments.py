"""Deployments of ECS services: new tasks for old ones, protection, and the circuit breaker."""

import itertools
import time

from tests.surroundings.services import Services

ONE_AT_A_TIME = {"minimumHealthyPercent": 0, "maximumPercent": 100}
BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


def test_a_new_definition_comes_up_before_the_old_one_goes(services: Services) -> None:
    services.create(services.define("exec sleep 600"))
    services.settles()
    old = services.tasks()[0]
    definition = services.define("sleep 1; touch $TMPDIR/up; exec sleep 600", "test -f $TMPDIR/up")
    updated = services.update(taskDefinition=definition)
    assert [each["status"] for each in updated["deployments"]] == ["PRIMARY", "ACTIVE"]
    assert services.settles()["taskDefinition"] == definition
    (new,) = services.tasks()
    gone = services.fargate.reaches(old["taskArn"], "STOPPED")
    assert gone["stoppingAt"] > new["startedAt"]
    assert gone["stoppedReason"].startswith("Scaling activity initiated by (deployment ecs-svc/")


def test_a_deployment_within_the_desired_count_stops_first(services: Services) -> None:
    services.create(services.define("exec sleep 600"), deploymentConfiguration=ONE_AT_A_TIME)
    services.settles()
    old = services.tasks()[0]["taskArn"]
    services.update(forceNewDeployment=True)
    services.settles()
    (new,) = services.tasks()
    assert services.fargate.reaches(old, "STOPPED")["stoppingAt"] <= new["createdAt"]


def test_scaling_in_spares_protected_tasks(services: Services) -> None:
    services.create(services.define("exec sleep 600"), desiredCount=2)
    services.settles(2)
    kept = services.tasks()[0]["taskArn"]
    protected = services.ecs.update_task_protection(
        cluster="airflow", tasks=[kept], protectionEnabled=True, expiresInMinutes=5
    )
    assert protected["protectedTasks"][0]["expirationDate"].timestamp() > time.time() + 200
    services.update(desiredCount=1)
    services.settles(1)
    assert [each["taskArn"] for each in services.tasks()] == [kept]
    services.update(forceNewDeployment=True)
    services.until(lambda s: s["runningCount"] == 2)
    assert kept in [each["taskArn"] for each in services.tasks()]
    services.ecs.update_task_protection(cluster="airflow", tasks=[kept], protectionEnabled=False)
    services.settles(1)
    assert kept not in [each["taskArn"] for each in services.tasks()]


def test_the_circuit_breaker_gives_up_and_rolls_back(services: Services) -> None:
    good = services.define("exec sleep 600")
    services.create(good, deploymentConfiguration=BREAKER)
    services.settles()
    before = services.tasks()[0]["taskArn"]
    services.update(taskDefinition=services.define("exit 1"))
    rolled_back = services.until(
        lambda s: (
            "rolling back" in s["deployments"][0].get("rolloutStateReason", "")
            or any("rolling back" in each["message"] for each in s["events"])
        )
    )
    assert rolled_back["taskDefinition"] == good
    services.settles()
    assert [each["taskArn"] for each in services.tasks()] == [before]
    assert "The deployment circuit breaker gave up after 3 failed tasks" in services.complaints()


def test_the_first_deployment_has_nothing_to_go_back_to(services: Services) -> None:
    services.create(services.define("exit 1"), deploymentConfiguration=BREAKER)
    failed = services.until(lambda s: s["deployments"][0]["rolloutState"] == "FAILED")
    assert failed["deployments"][0]["failedTasks"] == 3
    assert services.tasks() == []


def test_what_cannot_start_is_tried_less_and_less_often(services: Services) -> None:
    services.create(services.define("exit 1"))
    services.until(lambda s: s["deployments"][0]["failedTasks"] == 3)
    begun = sorted(each["createdAt"] for each in services.tasks("STOPPED"))
    pauses = [(b - a).total_seconds() for a, b in itertools.pairwise(begun)]
    assert pauses[0] >= 1
    assert pauses[1] >= 2
