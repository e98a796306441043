"""The network of the containers: addresses of loopback, and gates before them."""

from __future__ import annotations

import ipaddress
import sys
import threading
from typing import TYPE_CHECKING

from airflow_fargate_rehearsal.fargate.clients import Clients
from airflow_fargate_rehearsal.fargate.findings import Findings
from airflow_fargate_rehearsal.fargate.gate import Address, Admission, Gate, Gates
from airflow_fargate_rehearsal.fargate.interface import Interface
from airflow_fargate_rehearsal.fargate.membership import Membership
from airflow_fargate_rehearsal.fargate.names import Names
from airflow_fargate_rehearsal.fargate.network_addresses import Addresses
from airflow_fargate_rehearsal.fargate.peers import Gone, Outside, Peers
from airflow_fargate_rehearsal.fargate.security_groups import SecurityGroups

if TYPE_CHECKING:
    from airflow_fargate_rehearsal.fargate.order import Order


class Network:
    """Addresses of one embedded AWS, and what its security groups let through; safe in threads."""

    def __init__(self, clients: Clients, findings: Findings) -> None:
        self._findings = findings
        self._addresses = Addresses()
        self._peers = Peers()
        self._groups = SecurityGroups(clients)
        self._names = Names(clients, self._groups.vpc_of)
        self._lock = threading.Lock()
        self._gates: Gates | None = None
        self._nobodys: str | None = None
        self._members: dict[str, Membership] = {}

    def new_address(self) -> str:
        """A loopback address that nobody has; raises OSError when there is none."""
        return self._addresses.new()

    def join(self, order: Order) -> Membership | None:
        """Give a task its addresses.

        None for a task without an interface, and on a system other than Linux, where loopback has
        one address: such a task has this machine's network.
        """
        if order.interface is None or sys.platform != "linux":
            return None
        membership = Membership(self, order.interface, order.agent_url)
        with self._lock:
            self._members[order.interface.private_ip] = membership
        return membership

    def leave(self, interface: Interface) -> None:
        """Forget a task's addresses."""
        with self._lock:
            self._members.pop(interface.private_ip, None)

    def open_gate(
        self, visible: Address, hidden: Address, owner: Interface, *, for_ever: bool = True
    ) -> Gate:
        """Let in at `visible` whoever may reach `owner`, and forward to `hidden`.

        A gate that is not `for_ever` closes when nobody listens at `hidden` any more. Raises
        OSError when the address cannot be listened on.
        """
        with self._lock:
            if self._gates is None:
                self._gates = Gates()
        return self._gates.open(
            visible, hidden, lambda peer: self._admit(peer, visible, owner), for_ever=for_ever
        )

    def why_refused(self, source: Interface, target: Interface, port: int) -> str | None:
        """Why a TCP connection does not come through; None when it does.

        The reason names the security groups and the rule that is missing.
        """
        return self._groups.why_refused(source, target, port)

    def visible_address(self, private_ip: str) -> str | None:
        """Where a running task is on this machine, by its address in the VPC; None if nowhere."""
        with self._lock:
            membership = self._members.get(private_ip)
        return membership.visible if membership else None

    def note_process(self, pid: int, interface: Interface) -> None:
        """Say that a process, with all that it starts, is behind an interface."""
        self._peers.note(pid, interface)

    def resolve(self, name: str, asking: Interface) -> list[str] | None:
        """Where a name or an address of the VPC leads on this machine.

        None for what is not in private DNS, nor an address of the VPC. What a namespace would tell,
        but not to who is asking, becomes a finding.
        """
        if _is_address(name):
            if visible := self.visible_address(name):
                return [visible]
            return [self._nowhere()] if self._groups.is_in_vpc(name, asking) else None
        answer = self._names.resolve(name, asking)
        if answer is None:
            return None
        if answer.why_none is not None:
            self._findings.add("refused", asking.name, answer.why_none)
        places = (self.visible_address(each) for each in answer.private_ips)
        return [each for each in places if each is not None]

    def _nowhere(self) -> str:
        with self._lock:
            if self._nobodys is None:
                self._nobodys = self.new_address()
            return self._nobodys

    def complain(self, interface: Interface, message: str) -> None:
        """Note what did not work in a task's network."""
        self._findings.add("failed", interface.name, message)

    def _admit(self, peer: Address, here: Address, owner: Interface) -> Admission:
        match self._peers.find(peer, here):
            case Gone():
                return Admission(allowed=False)
            case Outside(is_own=is_own):
                if not is_own:
                    self._findings.add(
                        "unchecked",
                        owner.name,
                        f"a process that is in no container connected to port {here[1]}: no "
                        "security group was asked",
                    )
                # Ours has an address of its own already, such as a load balancer's.
                return Admission(allowed=True, source_address=peer[0])
            case source:
                reason = self.why_refused(source, owner, here[1])
                if reason is not None:
                    self._findings.add(
                        "refused",
                        source.name,
                        f"{source.name} cannot connect to {owner.name}: {reason}",
                    )
                    return Admission(allowed=False)
                seen = self.visible_address(source.private_ip)
                return Admission(allowed=True, source_address=seen)


def _is_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True
