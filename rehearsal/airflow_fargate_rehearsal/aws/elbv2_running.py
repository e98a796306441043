"""Elastic Load Balancing where containers run: the load balancers answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moto.elbv2.models import ELBv2Backend, FakeListener, FakeLoadBalancer

from airflow_fargate_rehearsal.aws.elbv2_actions import PROTOCOLS, action_of
from airflow_fargate_rehearsal.aws.elbv2_interfaces import interface_of
from airflow_fargate_rehearsal.aws.patching import around
from airflow_fargate_rehearsal.aws.place import here, runs_containers
from airflow_fargate_rehearsal.fargate.load_balancer import LoadBalancer
from airflow_fargate_rehearsal.fargate.load_balancer_address import BalancerAddress, address_for


@dataclass(frozen=True)
class _Running:
    address: BalancerAddress
    load_balancer: LoadBalancer


_running: dict[str, _Running] = {}


# moto: a load balancer is a record, and its DNS name leads nowhere.
@around(ELBv2Backend, "create_load_balancer")
def _create(original: Any, self: ELBv2Backend, *arguments: Any, **named: Any) -> FakeLoadBalancer:
    balancer = original(self, *arguments, **named)
    if runs_containers():
        address = address_for(here().network)
        balancer.dns_name = address.name
        listening = LoadBalancer(here().network, interface_of(self, balancer), address.ip)
        _running[balancer.arn] = _Running(address, listening)
    return balancer


@around(ELBv2Backend, "delete_load_balancer")
def _delete(original: Any, self: ELBv2Backend, arn: str) -> None:
    original(self, arn)
    if running := _running.pop(arn, None):
        running.load_balancer.close()


@around(ELBv2Backend, "set_security_groups")
def _set_security_groups(
    original: Any, self: ELBv2Backend, arn: str, sec_groups: list[str]
) -> None:
    original(self, arn, sec_groups)
    if arn in _running:
        balancer = self.load_balancers[arn]
        running = _running[arn].load_balancer
        running.interface = interface_of(self, balancer)
        for listener in balancer.listeners.values():
            running.unlisten(listener.arn)
            _open(self, listener)


@around(ELBv2Backend, "create_listener")
def _create_listener(
    original: Any, self: ELBv2Backend, *arguments: Any, **named: Any
) -> FakeListener:
    listener = original(self, *arguments, **named)
    if listener.load_balancer_arn in _running:
        _open(self, listener)
    return listener


@around(ELBv2Backend, "modify_listener")
def _modify_listener(
    original: Any, self: ELBv2Backend, *arguments: Any, **named: Any
) -> FakeListener:
    listener = original(self, *arguments, **named)
    if running := _running.get(listener.load_balancer_arn):
        running.load_balancer.unlisten(listener.arn)
        _open(self, listener)
    return listener


@around(ELBv2Backend, "delete_listener")
def _delete_listener(original: Any, self: ELBv2Backend, listener_arn: str) -> FakeListener:
    listener = original(self, listener_arn)
    if running := _running.get(listener.load_balancer_arn):
        running.load_balancer.unlisten(listener_arn)
    return listener


def _open(backend: ELBv2Backend, listener: FakeListener) -> None:
    balancer = backend.load_balancers[listener.load_balancer_arn]
    running, subject = _running[balancer.arn], f"load balancer {balancer.name}"
    port = int(listener.port)
    if len(listener.rules) > 1:
        here().findings.add(
            "unchecked",
            subject,
            f"Of its listener on port {port}, the default action is followed and no other rule.",
        )
    if listener.protocol not in PROTOCOLS:
        here().findings.add(
            "unchecked",
            subject,
            f"Its listener for {listener.protocol} on port {port} is not open: there is no such "
            "certificate on this machine, and UDP is not forwarded.",
        )
        return
    here_port = running.address.port(port)
    try:
        running.load_balancer.listen(
            listener.arn,
            here_port,
            http=listener.protocol == "HTTP",
            action=lambda: action_of(backend, listener),
        )
    except OSError as error:
        here().findings.add(
            "failed",
            subject,
            f"Its listener on port {port} is not open: {running.address.ip}:{here_port} of this "
            f"machine cannot be listened on ({error.strerror}). Stop the program that has the "
            "port, or let it listen on 127.0.0.1 only.",
        )
