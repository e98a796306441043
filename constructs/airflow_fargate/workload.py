"""What a service of Airflow runs, and how its tasks are replaced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .component import Component
from .iam import Statement
from .values import expression, is_token, source

MIGRATION_WAIT_SECONDS = 600
"""How long a service waits for the migration of the database before its task is started anew."""


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """What must have succeeded before the container of a service starts.

    It has the environment and the secrets of that container, and its own beside them.
    """

    name: str
    command: Sequence[str]
    secrets: Mapping[str, str] = field(default_factory=dict)
    """ARNs of further secrets, by environment variable."""
    secret_statements: Sequence[Statement] = ()
    """Permission for ECS to read them."""


WAIT_FOR_MIGRATIONS = Preparation(
    name="wait-for-migrations",
    command=(
        *("airflow", "db", "check-migrations"),
        *("--migration-wait-timeout", str(MIGRATION_WAIT_SECONDS)),
    ),
)
"""For the services that do not migrate the database themselves."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """What one service runs."""

    service: str
    """Name of the service in its cluster."""
    component: Component
    """Which of Airflow's components; also the name of the main container."""
    command: Sequence[str]
    """What the main container runs."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """What its containers are told beside the configuration."""
    preparation: Preparation = WAIT_FOR_MIGRATIONS
    port: int | None = None
    """TCP port that the main container listens on."""
    ephemeral_storage_gib: float | None = None
    """Disk of each task; what Fargate gives when left out."""


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """How tasks are replaced. ECS rounds so that even a single task can be."""

    minimum_healthy_percent: int = 100
    """Share of the tasks that goes on while new ones start; rounded up."""
    maximum_percent: int = 200
    """Share of the tasks that there may be meanwhile; rounded down."""
    rebalance_zones: bool = True
    """Whether ECS may also replace running tasks so that all zones have as many."""


def number_text(number: float) -> str:
    """A number where ECS or a command wants text; also one that only Terraform knows."""
    return expression(f"tostring({source(number)})") if is_token(number) else str(number)
