"""A Chromium without a window, driven by the DevTools protocol over a pair of pipes.

Over pipes and not over a socket: no port, no further package, and the browser ends by itself when
the pipes close, so that it does not outlive this program, whatever ends that.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_SWITCHES = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",  # /dev/shm is small in containers
    "--disable-gpu",
    "--disable-sync",
    "--hide-scrollbars",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-proxy-server",
    "--password-store=basic",
)
_END = b"\0"
_PORTION = 65_536
_END_SECONDS = 5.0


class BrowserError(Exception):
    """The browser could not do it; says why."""


class NoBrowser(BrowserError):
    """There is no Chromium on PATH."""


class Page:
    """The one page of a browser."""

    def __init__(self, to_browser: int, from_browser: int, seconds: float) -> None:
        self._out = to_browser
        self._in = from_browser
        self._rest = b""
        self._number = 0
        self._ends_at = time.monotonic() + seconds
        self._session: str | None = None
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]

    def show(self, url: str, *, width: int, height: int) -> None:
        """Go to an address, in a window of a size in pixels; does not wait for the page."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._ask("Emulation.setDeviceMetricsOverride", **size)
        answer = self._ask("Page.navigate", url=url)
        if text := answer.get("errorText"):
            raise BrowserError(f"{url} cannot be opened: {text}.")

    def value(self, expression: str) -> Any:
        """What a JavaScript expression gives; None also while the page changes."""
        try:
            answer = self._ask("Runtime.evaluate", expression=expression, returnByValue=True)
        except _Refused:
            return None
        return answer["result"].get("value")

    def wait(self, expression: str, what: str) -> Any:
        """Wait until an expression is true; gives it. Raises BrowserError naming `what`."""
        while not (value := self.value(expression)):
            if time.monotonic() > self._ends_at:
                where = self.value("location.href")
                raise BrowserError(f"The browser waited in vain for {what}; it was at {where}.")
            time.sleep(0.1)
        return value

    def picture(self) -> bytes:
        """The page as PNG."""
        return base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"])

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        question = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            question["sessionId"] = self._session
        try:
            _write(self._out, json.dumps(question).encode() + _END)
        except OSError as error:
            raise BrowserError("The browser ended.") from error
        while (answer := self._next()).get("id") != self._number:
            pass
        if "error" in answer:
            raise _Refused(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def _next(self) -> Mapping[str, Any]:
        while _END not in self._rest:
            left = self._ends_at + _END_SECONDS - time.monotonic()
            if not select.select([self._in], [], [], max(left, 0))[0]:
                raise BrowserError("The browser did not answer.")
            portion = os.read(self._in, _PORTION)
            if not portion:
                raise BrowserError("The browser ended.")
            self._rest += portion
        message, _, self._rest = self._rest.partition(_END)
        return json.loads(message)


class _Refused(BrowserError):
    """The browser answered a question with an error."""


def find_browser() -> str | None:
    """The Chromium that there is on PATH, if there is one."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


@contextlib.contextmanager
def browser(seconds: float) -> Iterator[Page]:
    """A browser for the time of the block, which waits for nothing longer than `seconds` in all.

    Raises NoBrowser, and BrowserError when it does not start.
    """
    program = find_browser()
    if program is None:
        raise NoBrowser(f"There is no browser: none of {', '.join(_NAMES)} is on PATH.")
    with tempfile.TemporaryDirectory(
        prefix="airflow-fargate-browser-", ignore_cleanup_errors=True
    ) as profile:
        process, to_browser, from_browser = _start(program, Path(profile))
        try:
            yield Page(to_browser, from_browser, seconds)
        finally:
            os.close(to_browser)
            os.close(from_browser)
            _end(process)


def _start(program: str, profile: Path) -> tuple[int, int, int]:
    command = [program, *_SWITCHES, f"--user-data-dir={profile}"]
    if os.geteuid() == 0:
        command.append("--no-sandbox")  # Chromium's sandbox does not work for root
    his_in, our_out = os.pipe()
    our_in, his_out = os.pipe()
    # Away from 3 and 4, where the browser wants them: a duplicate onto itself would be closed.
    safe_in, safe_out = (fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, 10) for each in (his_in, his_out))
    null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    try:
        process = os.posix_spawn(
            program,
            command,
            # It makes a socket in TMPDIR, and a socket's path may have 108 letters at most.
            {**os.environ, "HOME": str(profile), "TMPDIR": "/tmp"},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, null, 0),
                (os.POSIX_SPAWN_DUP2, null, 1),
                (os.POSIX_SPAWN_DUP2, null, 2),
                (os.POSIX_SPAWN_DUP2, safe_in, 3),
                (os.POSIX_SPAWN_DUP2, safe_out, 4),
            ],
            setpgroup=0,
        )
    finally:
        for each in (his_in, his_out, safe_in, safe_out, null):
            os.close(each)
    return process, our_out, our_in


def _end(process: int) -> None:
    """Wait for its end, for the pipes are closed; then make sure of it and all that it started."""
    end = time.monotonic() + _END_SECONDS
    while os.waitpid(process, os.WNOHANG) == (0, 0):
        if time.monotonic() > end:
            os.killpg(process, signal.SIGKILL)
            os.waitpid(process, 0)
            return
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)


def _write(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]
