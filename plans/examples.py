"""Every example of the modules, and every plain root, with the values they are applied with."""

from plans.journeys import DOMAIN, REGION, STATES, Example

_REGISTRY = f"123456789012.dkr.ecr.{REGION}.amazonaws.com"
_AIRFLOW = {"image_uri": f"{_REGISTRY}/analytics/airflow:1.0"}
_TEMPORARY = {"temporary": True}


JOURNEYS: dict[str, list[Example]] = {
    "network": [Example("modules/network/examples/basic")],
    "network in three zones": [Example("modules/network/examples/complete")],
    "network without NAT": [Example("modules/network/examples/without-nat")],
    "state bucket": [
        Example("modules/state-backend/examples/basic", to_destroy={"deletion_protection": False})
    ],
    "airflow": [Example("modules/airflow/examples/basic", _AIRFLOW, _TEMPORARY)],
    "airflow of a company": [
        Example(
            "modules/airflow/examples/complete",
            _AIRFLOW | {"domain": DOMAIN, "exec": True},
            _TEMPORARY,
        )
    ],
    "tasks": [
        Example(
            "modules/task/examples/basic",
            _AIRFLOW | {"report_image_uri": f"{_REGISTRY}/analytics/report:1.0"},
            _TEMPORARY,
        ),
        Example(
            "modules/task/examples/other-state",
            {"state_bucket": STATES, "registry": _REGISTRY, "image_tag": "1.0"}
            | {"orders_bucket": "acme-orders"},
        ),
    ],
    "worker pools": [
        Example("modules/worker-pool/examples/basic", _AIRFLOW, _TEMPORARY),
        Example("modules/worker-pool/examples/other-state", {"state_bucket": STATES, "exec": True}),
    ],
    "plain root": [Example("examples/plain-terraform")],
    "existing network": [
        Example("examples/existing-network/company"),
        Example("examples/existing-network"),
    ],
    "two regions": [Example("examples/two-regions")],
}
"""Examples by what they are about; each is applied when those before it in its list are."""
