"""Apache Airflow 3 on AWS Fargate, as CDKTF constructs.

Import this package before `cdktf_cdktf_provider_aws`: it makes that import fast.
"""

import importlib
from typing import TYPE_CHECKING

from . import _fast_start

_fast_start.install()

if TYPE_CHECKING:
    from .access_point import AccessPoint, AccessPointProps
    from .broker import Broker, BrokerProps
    from .cluster import Cluster, ClusterProps
    from .credentials import Credentials, CredentialsProps
    from .encryption_key import EncryptionKey, EncryptionKeyProps
    from .existing_database import ExistingDatabase
    from .existing_network import ExistingNetwork
    from .iam import Statement
    from .metadata_database import MetadataDatabase, MetadataDatabaseProps
    from .network import Network, NetworkProps
    from .rules import InvalidValue
    from .shared_storage import SharedStorage, SharedStorageProps
    from .stack import Stack
    from .state_backend import StateBackend, StateBackendProps
    from .values import TokenNotAllowed

# Imported when first named: a program waits only for the bindings of what it uses.
_MODULES = {
    "AccessPoint": "access_point",
    "AccessPointProps": "access_point",
    "Broker": "broker",
    "BrokerProps": "broker",
    "Cluster": "cluster",
    "ClusterProps": "cluster",
    "Credentials": "credentials",
    "CredentialsProps": "credentials",
    "EncryptionKey": "encryption_key",
    "EncryptionKeyProps": "encryption_key",
    "ExistingDatabase": "existing_database",
    "ExistingNetwork": "existing_network",
    "InvalidValue": "rules",
    "MetadataDatabase": "metadata_database",
    "MetadataDatabaseProps": "metadata_database",
    "Network": "network",
    "NetworkProps": "network",
    "SharedStorage": "shared_storage",
    "SharedStorageProps": "shared_storage",
    "Stack": "stack",
    "StateBackend": "state_backend",
    "StateBackendProps": "state_backend",
    "Statement": "iam",
    "TokenNotAllowed": "values",
}

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
    "SharedStorage",
    "SharedStorageProps",
    "Stack",
    "StateBackend",
    "StateBackendProps",
    "Statement",
    "TokenNotAllowed",
]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{_MODULES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
