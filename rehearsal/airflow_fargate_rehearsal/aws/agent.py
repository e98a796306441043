"""Pages that a task has for itself: what Fargate's agent serves on 169.254.170.2.

A page is a function that takes the task and the rest of its path. Each mend that has one registers
it with :func:`page`.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

AGENT_PATH = "/_fargate/"


class Request:
    """A request of one task's container to a page of its own.

    `task` is moto's task. `rest` is the path behind the page's name, without a leading slash;
    `query` holds the first value of each parameter; `body` is what was sent.
    """

    def __init__(self, task: Any, rest: str, environ: Mapping[str, Any]) -> None:
        self.task = task
        self.rest = rest
        self.method: str = environ["REQUEST_METHOD"]
        parameters = parse_qs(environ.get("QUERY_STRING", ""))
        self.query = {name: values[0] for name, values in parameters.items()}
        length = int(environ.get("CONTENT_LENGTH") or 0)
        self.body: bytes = environ["wsgi.input"].read(length) if length else b""


Page = Callable[[Request], tuple[int, Any]]
"""Answers a request with an HTTP status and what becomes JSON."""

_pages: dict[str, Page] = {}
_tasks: dict[str, Any] = {}


def page(name: str) -> Callable[[Page], Page]:
    """Decorator: serve a page at `<agent_url>/<name>`."""

    def register(function: Page) -> Page:
        _pages[name] = function
        return function

    return register


def welcome(task: Any, endpoint_url: str) -> str:
    """Let a task have its pages; gives its `agent_url`, which nobody can guess."""
    token = secrets.token_urlsafe(18)
    _tasks[token] = task
    return f"{endpoint_url}{AGENT_PATH}{token}"


def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request below AGENT_PATH."""
    token, _, path = environ["PATH_INFO"].removeprefix(AGENT_PATH).partition("/")
    name, _, rest = path.partition("/")
    task, function = _tasks.get(token), _pages.get(name)
    if task is None or function is None:
        status, body = 404, {"message": "There is no such page."}
    else:
        status, body = function(Request(task, rest, environ))
    written = json.dumps(body, default=str).encode()
    # With a length, and so in one piece: a container's network reads it without a library.
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(written)))]
    start_response(f"{status} -", headers)
    return [written]
