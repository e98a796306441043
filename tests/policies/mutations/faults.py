"""What can go wrong in a stack: at least forty faults, each with the rule that has to see it."""

from tests.policies.mutations.faults_of_containers import FAULTS_OF_CONTAINERS_AND_NETWORKS
from tests.policies.mutations.faults_of_services import FAULTS_OF_SERVICES

FAULTS = [*FAULTS_OF_CONTAINERS_AND_NETWORKS, *FAULTS_OF_SERVICES]
"""All of them."""
