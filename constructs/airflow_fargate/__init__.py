"""Apache Airflow 3 on AWS Fargate, as CDKTF constructs.

Import this package before `cdktf_cdktf_provider_aws`: it makes that import fast.
"""

from . import _fast_start

_fast_start.install()

from .existing_network import ExistingNetwork  # noqa: E402
from .network import Network, NetworkProps  # noqa: E402
from .rules import InvalidValue  # noqa: E402
from .stack import RepeatedName, Stack  # noqa: E402

__all__ = [
    "ExistingNetwork",
    "InvalidValue",
    "Network",
    "NetworkProps",
    "RepeatedName",
    "Stack",
]
