"""Apache Airflow 3 on AWS Fargate, as CDKTF constructs.

Import this package before `cdktf_cdktf_provider_aws`: it makes that import fast.
"""

from . import _fast_start

_fast_start.install()

from .access_point import AccessPoint, AccessPointProps  # noqa: E402
from .broker import Broker, BrokerProps  # noqa: E402
from .cluster import Cluster, ClusterProps  # noqa: E402
from .credentials import Credentials, CredentialsProps  # noqa: E402
from .encryption_key import EncryptionKey, EncryptionKeyProps  # noqa: E402
from .existing_database import ExistingDatabase  # noqa: E402
from .existing_network import ExistingNetwork  # noqa: E402
from .iam import Statement  # noqa: E402
from .metadata_database import MetadataDatabase, MetadataDatabaseProps  # noqa: E402
from .network import Network, NetworkProps  # noqa: E402
from .rules import InvalidValue  # noqa: E402
from .shared_storage import SharedStorage, SharedStorageProps  # noqa: E402
from .stack import RepeatedName, Stack  # noqa: E402
from .state_backend import StateBackend, StateBackendProps  # noqa: E402
from .values import TokenNotAllowed  # noqa: E402

__all__ = [
    "AccessPoint",
    "AccessPointProps",
    "Broker",
    "BrokerProps",
    "Cluster",
    "ClusterProps",
    "Credentials",
    "CredentialsProps",
    "EncryptionKey",
    "EncryptionKeyProps",
    "ExistingDatabase",
    "ExistingNetwork",
    "InvalidValue",
    "MetadataDatabase",
    "MetadataDatabaseProps",
    "Network",
    "NetworkProps",
    "RepeatedName",
    "SharedStorage",
    "SharedStorageProps",
    "Stack",
    "StateBackend",
    "StateBackendProps",
    "Statement",
    "TokenNotAllowed",
]
