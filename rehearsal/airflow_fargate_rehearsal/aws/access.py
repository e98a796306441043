"""Roles are enforced: calls with a task's credentials are checked against its role's policies."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam.exceptions import NotFoundException
from moto.sts.models import sts_backends

from airflow_fargate_rehearsal.access.calls import Call, Need
from airflow_fargate_rehearsal.access.needs import Reasoned, Where, components
from airflow_fargate_rehearsal.access.needs import needs as component_needs
from airflow_fargate_rehearsal.access.services import needs_of
from airflow_fargate_rehearsal.aws import access_refusals, access_requests
from airflow_fargate_rehearsal.aws.access_facts import MotoFacts
from airflow_fargate_rehearsal.aws.access_roles import first_refused, principal_of, why_not_assumed
from airflow_fargate_rehearsal.aws.failures import WsgiApplication
from airflow_fargate_rehearsal.fargate.findings import Findings
from airflow_fargate_rehearsal.fargate.order import Order
from airflow_fargate_rehearsal.fargate.roles import CannotAssume

_SESSION_SECONDS = 6 * 60 * 60
"""How long the credentials of a task are good for; the SDKs fetch new ones before that."""
_KEYS_OF_SESSIONS = "ASIA"
"""What access keys of sessions begin with, on AWS as well as in moto."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """A role that a task has taken on; `credentials` are as Fargate's agent gives them."""

    role_arn: str
    name: str
    subject: str
    credentials: Mapping[str, str]
    renewed_after: float
    """On the monotonic clock; the SDKs ask anew some minutes before the expiration."""


class TaskRoles:
    """The sessions of tasks' roles, and what they may do."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._by_key: dict[str, Session] = {}
        self._by_task: dict[tuple[str, str], Session] = {}
        self._looked_ahead: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def credentials(
        self, role_arn: str, *, session_name: str, subject: str, region: str
    ) -> Mapping[str, str]:
        """Credentials of a task for one of its roles; raises CannotAssume."""
        with self._lock:
            session = self._by_task.get((role_arn, session_name))
            if session and time.monotonic() < session.renewed_after:
                return session.credentials
            if reason := why_not_assumed(role_arn, region):
                self._findings.add("refused", subject, reason)
                raise CannotAssume(reason)
            session = _begin(role_arn, session_name, subject, region)
            self._by_task[role_arn, session_name] = session
            self._by_key[session.credentials["AccessKeyId"]] = session
            return session.credentials

    def session(self, access_key: str) -> Session | None:
        """Whose access key it is; None for one that no task has."""
        return self._by_key.get(access_key)

    def refused(
        self, role_arn: str, *, session_name: str, subject: str, region: str, needs: Sequence[Need]
    ) -> str | None:
        """Why a session may not do something; a refusal is a finding as well."""
        try:
            principal = principal_of(role_arn, session_name)
        except NotFoundException:
            return f"The role {role_arn} is not there."
        refusal = first_refused(region, needs, principal)
        if refusal is None:
            return None
        self._findings.add("refused", subject, access_refusals.for_people(role_arn, refusal))
        return access_refusals.in_words(principal, refusal)

    def look_ahead(self, order: Order) -> None:
        """Find what the role of a component of Airflow lacks, once for each component and role."""
        role_arn = order.task_role_arn
        if role_arn is None or not order.group.startswith("service:"):
            return
        where = Where(
            account=DEFAULT_ACCOUNT_ID,
            region=order.region,
            task_arn=order.task_arn,
            facts=MotoFacts(DEFAULT_ACCOUNT_ID, order.region),
        )
        for component in components(order.containers):
            if (role_arn, component.name) in self._looked_ahead:
                continue
            self._looked_ahead.add((role_arn, component.name))
            try:
                for each in component_needs(component, where):
                    for reason in self._lacking(order, role_arn, each):
                        self._findings.add("refused", order.subject, reason)
            except (AttributeError, LookupError, TypeError, ValueError) as error:
                self._findings.add(
                    "unchecked",
                    order.subject,
                    f"What Airflow's {component.name} needs to be allowed is not checked: its "
                    f"settings in the task definition cannot be read ({error!r}).",
                )

    def _lacking(self, order: Order, role_arn: str, reasoned: Reasoned) -> Iterator[str]:
        principal = principal_of(role_arn, order.task_id)
        for need in reasoned.needs:
            if refused := first_refused(order.region, [need], principal):
                said = access_refusals.for_people(role_arn, refused)
                yield f"{said} It is needed, whether or not this run came to it: {reasoned.reason}."

    def refusal(
        self, environ: dict[str, Any], signature: access_requests.Signature
    ) -> access_refusals.Refusal | None:
        """Why a request of a task is refused; None when it may pass."""
        session = self._by_key[signature.access_key]
        request = access_requests.read(environ, signature.service)
        operation = str(request.operation.name)
        call = Call(
            service=signature.service,
            operation=operation,
            parameters=request.parameters,
            region=signature.region,
            account=DEFAULT_ACCOUNT_ID,
            facts=MotoFacts(DEFAULT_ACCOUNT_ID, signature.region),
        )
        needs = needs_of(call)
        if needs is None:
            self._findings.add(
                "unchecked",
                session.subject,
                f"Whether the role {session.role_arn.rpartition('/')[2]} may call "
                f"{signature.service}:{operation} is not checked: this emulation does not know "
                "what the call needs. It was let through.",
            )
            return None
        principal = principal_of(session.role_arn, session.name)
        refused = first_refused(call.region, needs, principal)
        if refused is None:
            return None
        people = access_refusals.for_people(session.role_arn, refused)
        self._findings.add("refused", session.subject, people)
        words = access_refusals.in_words(principal, refused)
        return access_refusals.Refusal(request=request, message=words)


def enforcing(application: WsgiApplication, roles: Any) -> WsgiApplication:
    """Wrap moto so that requests with a task's credentials need what its role allows.

    `roles` is a function that gives the TaskRoles. Others, such as Terraform's, may do everything.
    """

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        signature = access_requests.signature_of(environ)
        if signature is not None and roles().session(signature.access_key) is not None:
            refusal = roles().refusal(environ, signature)
            if refusal is not None:
                access_requests.discard_body(environ)
                return access_refusals.answer(refusal, start_response)
        return application(environ, start_response)

    return answer


def _begin(role_arn: str, session_name: str, subject: str, region: str) -> Session:
    made = sts_backends[role_arn.split(":")[4]]["aws"].assume_role(
        region_name=region,
        role_session_name=session_name,
        role_arn=role_arn,
        policy=None,  # type: ignore[arg-type]  # moto: as when the call has none
        duration=_SESSION_SECONDS,
        external_id=None,  # type: ignore[arg-type]
    )
    return Session(
        role_arn=role_arn,
        name=session_name,
        subject=subject,
        credentials={
            "RoleArn": role_arn,
            "AccessKeyId": made.access_key_id,
            "SecretAccessKey": made.secret_access_key,
            "Token": made.session_token,
            "Expiration": f"{made.expiration.replace(microsecond=0).isoformat()}Z",
        },
        renewed_after=time.monotonic() + _SESSION_SECONDS / 2,
    )
