"""Keeps ECS from stopping a worker that has tasks: scale-in protection."""

import logging
import math
import os
import threading
import time

import httpx

AGENT_VARIABLE = "ECS_AGENT_URI"
"""Where ECS's agent listens; ECS sets it in each container."""

EXPIRES_MINUTES = 60
"""How long ECS protects a worker that it does not hear of again."""
RENEW_SECONDS = 15 * 60.0
RETRY_SECONDS = 30.0
IDLE_SECONDS = 30.0
"""How long a worker is without tasks before it gives its protection up, so that short tasks which
follow one another do not cost two calls each."""
_TIMEOUT_SECONDS = 5.0

_log = logging.getLogger(__name__)


class Protection:
    """Scale-in protection of this ECS task, kept up in a thread of its own.

    It holds against scaling in and against deployments; not against a failing health check, nor
    against the end of Spot capacity. Where there is no agent of ECS, nothing happens.
    """

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._agent = os.environ.get(AGENT_VARIABLE)
        self._idle_seconds = idle_seconds
        self._busy = threading.Event()
        self._busy_at = -math.inf
        self._held = False
        self._renew_at = self._retry_at = -math.inf

    def start(self) -> None:
        """Start the thread."""
        if self._agent:
            threading.Thread(target=self._run, name="worker-protection", daemon=True).start()

    def tell(self, *, busy: bool) -> None:
        """Tell whether the worker has tasks; protection is asked for at once."""
        if busy:
            self._busy.set()
        else:
            self._busy.clear()

    def _run(self) -> None:
        while True:
            busy = self._busy.wait(1.0)
            self._keep_up(busy=busy)
            if busy:
                time.sleep(1.0)

    def _keep_up(self, *, busy: bool) -> None:
        now = time.monotonic()
        if busy:
            self._busy_at = now
        wanted = busy or (self._held and now < self._busy_at + self._idle_seconds)
        as_wanted = wanted == self._held and (not wanted or now < self._renew_at)
        if as_wanted or now < self._retry_at:
            return
        if self._ask(enabled=wanted):
            self._held = wanted
            self._renew_at = now + RENEW_SECONDS
        else:
            self._retry_at = now + RETRY_SECONDS

    def _ask(self, *, enabled: bool) -> bool:
        """Ask ECS for protection, or give it up; return whether ECS agreed."""
        wish: dict[str, bool | int] = {"ProtectionEnabled": enabled}
        if enabled:
            wish["ExpiresInMinutes"] = EXPIRES_MINUTES
        try:
            # The agent is in the container's own network, behind no proxy.
            with httpx.Client(trust_env=False, timeout=_TIMEOUT_SECONDS) as client:
                answer = client.put(f"{self._agent}/task-protection/v1/state", json=wish)
        except httpx.HTTPError as error:
            _log.warning("ECS's agent cannot be asked for scale-in protection: %r", error)
            return False
        agreed = answer.is_success and '"protection"' in answer.text
        if not agreed:
            # DEPLOYMENT_BLOCKED, for example: more workers are protected already than the service
            # is to have. Should this one be stopped, it still drains.
            _log.warning("ECS does not change this worker's protection: %s", answer.text)
        return agreed
