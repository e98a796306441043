"""A deployment inside a module of Terraform: what variables may decide, and what they may not."""

from typing import Any

import airflow_fargate as af

import pytest
from cdktf import TerraformVariable, Token

SIZES = ("cpu", "memory_mib", "desired_count")
SERVICES = ("api_server", "scheduler", "dag_processor", "triggerer", "worker")


def variable(scope: Any, name: str, type_: str = "string") -> Any:
    """A value that a variable of Terraform has; it may be null."""
    declared = TerraformVariable(scope, name, type=type_, nullable=True)
    if type_.startswith("map"):
        return Token.as_string_map(declared.value)
    kinds = {"string": "string", "number": "number", "bool": "boolean", "list(string)": "list"}
    return getattr(declared, f"{kinds[type_]}_value")


def sizes(stack: Any, service: str) -> dict[str, Any]:
    numbers = {field: variable(stack, f"{service}_{field}", "number") for field in SIZES}
    return {**numbers, "exec": variable(stack, f"{service}_exec", "bool")}


def module(stack: Any) -> af.AirflowFargate:
    """All that variables may decide is a variable."""
    network = af.ExistingNetwork(
        vpc_id=variable(stack, "vpc_id"),
        private_subnet_ids=variable(stack, "private_subnet_ids", "list(string)"),
        public_subnet_ids=variable(stack, "public_subnet_ids", "list(string)"),
    )
    load_balancer = af.LoadBalancerProps(
        kind=variable(stack, "load_balancer_kind"),
        scheme=variable(stack, "load_balancer_scheme"),
        certificate_arn=variable(stack, "certificate_arn"),
        plain_http=variable(stack, "plain_http", "bool"),
        domain_name=variable(stack, "domain_name"),
        allowed_cidr_blocks=variable(stack, "allowed_cidr_blocks", "list(string)"),
    )
    worker = {**sizes(stack, "worker"), "concurrency": variable(stack, "concurrency", "number")}
    airflow = af.AirflowFargate(
        stack,
        "_airflow",
        af.AirflowFargateProps(
            name=variable(stack, "name"),
            kms_key_arn=variable(stack, "kms_key_arn"),
            permissions_boundary_arn=variable(stack, "permissions_boundary_arn"),
            log_retention_days=variable(stack, "log_retention_days", "number"),
            tags=variable(stack, "tags", "map(string)"),
            environment=variable(stack, "environment", "map(string)"),
            secret_environment=variable(stack, "secret_environment", "map(string)"),
            auth_manager=variable(stack, "auth_manager"),
            image=af.AirflowImageProps(uri=variable(stack, "image_uri")),
            network=af.NetworkProps(existing=network),
            database=af.MetadataDatabaseProps(
                instance_class=variable(stack, "instance_class"),
                multi_az=variable(stack, "multi_az", "bool"),
            ),
            load_balancer=load_balancer,
            api_server=af.ApiServerProps(**sizes(stack, "api_server")),
            scheduler=af.SchedulerProps(**sizes(stack, "scheduler")),
            dag_processor=af.DagProcessorProps(**sizes(stack, "dag_processor")),
            triggerer=af.TriggererProps(**sizes(stack, "triggerer")),
            worker_pools=[af.WorkerPoolProps(spot=variable(stack, "spot", "bool"), **worker)],
        ),
    )
    image = variable(stack, "report_image_uri")
    airflow.add_task(af.FargateTaskProps(task="report", image_uri=image))
    return airflow


def new_network(stack: Any) -> None:
    """The same for a network that is made."""
    network = af.NetworkProps(
        cidr_block=variable(stack, "cidr_block"),
        az_count=variable(stack, "az_count", "number"),
        nat=variable(stack, "nat"),
        flow_logs=variable(stack, "flow_logs", "bool"),
    )
    props = af.AirflowFargateProps(name=variable(stack, "name"), network=network)
    af.AirflowFargate(stack, "_airflow", props)


def test_a_variable_decides_whether_a_key_is_made(synth: Any) -> None:
    resources = synth(module)["resource"]
    assert resources["aws_kms_key"]["key"]["count"] == "${(var.kms_key_arn == null) ? 1 : 0}"
    queue = resources["aws_sqs_queue"]["broker"]
    assert "var.kms_key_arn == null" in queue["kms_master_key_id"]
    assert "one(aws_kms_key.key[*].arn)" in queue["kms_master_key_id"]


@pytest.mark.parametrize("service", SERVICES)
def test_variables_decide_on_size_number_and_exec_of_each_service(synth: Any, service: str) -> None:
    resources = synth(module)["resource"]
    address = "worker_default" if service == "worker" else service
    definition = resources["aws_ecs_task_definition"][address]
    assert definition["cpu"] == f"${{tostring(var.{service}_cpu)}}"
    assert definition["memory"] == f"${{tostring(var.{service}_memory_mib)}}"
    running = resources["aws_ecs_service"][address]
    assert running["desired_count"] == f"${{var.{service}_desired_count}}"
    assert running["enable_execute_command"] == f"${{var.{service}_exec}}"


def test_names_and_paths_follow_a_name_that_only_terraform_knows(synth: Any) -> None:
    config = synth(module)
    resources = config["resource"]
    assert (
        resources["aws_ecs_task_definition"]["task_report"]["family"] == "${var.name}_task_report"
    )
    assert config["output"]["tasks_parameter_path"]["value"] == "/airflow-fargate/${var.name}/tasks"
    policy = resources["aws_iam_role_policy"]["worker_default_task"]["policy"]
    assert "task-definition/${var.name}_task_*" in policy


def refused(stack: Any, **settings: Any) -> None:
    given: dict[str, Any] = {"name": "demo", **settings}
    af.AirflowFargate(stack, "_airflow", af.AirflowFargateProps(**given))


def image(**settings: Any) -> af.AirflowImageProps:
    return af.AirflowImageProps(**settings)


@pytest.mark.parametrize(
    ("field", "settings"),
    [
        ("AirflowFargateProps.worker_pools", {"worker_pools": "list(string)"}),
        ("AirflowFargateProps.tasks_folder", {"tasks_folder": "string"}),
        ("AirflowFargateProps.dags", {"dags": "string"}),
        (".deletion_protection", {"deletion_protection": "bool"}),
    ],
)
def test_where_python_decides_a_variable_is_refused_by_name(
    synth: Any, field: str, settings: dict[str, str]
) -> None:
    def build(stack: Any) -> None:
        refused(stack, **{name: variable(stack, name, type_) for name, type_ in settings.items()})

    with pytest.raises(af.TokenNotAllowed) as error:
        synth(build)
    assert f"{field} decides what is synthesized, so it must be a Python value" in str(error.value)


@pytest.mark.parametrize(
    ("field", "settings"),
    [
        ("WorkerPoolProps.pool", lambda v: {"worker_pools": [af.WorkerPoolProps(pool=v)]}),
        ("AirflowImageProps.architecture", lambda v: {"image": image(architecture=v)}),
        ("TaskLogsProps.destination", lambda v: {"task_logs": af.TaskLogsProps(destination=v)}),
    ],
)
def test_where_python_decides_on_a_part_a_variable_is_refused_by_name(
    synth: Any, field: str, settings: Any
) -> None:
    with pytest.raises(af.TokenNotAllowed, match=f"^{field} decides what is synthesized"):
        synth(lambda stack: refused(stack, **settings(variable(stack, "it"))))


def test_the_name_of_a_task_must_be_known_in_python(synth: Any) -> None:
    def build(stack: Any) -> None:
        airflow = af.AirflowFargate(stack, "_airflow", af.AirflowFargateProps(name="demo"))
        name = variable(stack, "task")
        airflow.add_task(af.FargateTaskProps(task=name, image_uri="example.com/report:1"))

    with pytest.raises(af.TokenNotAllowed, match=r"^FargateTaskProps\.task decides"):
        synth(build)


@pytest.mark.real
@pytest.mark.parametrize("build", [module, new_network])
def test_terraform_accepts_a_deployment_of_variables(validate: Any, build: Any) -> None:
    validate(build)
