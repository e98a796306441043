"""The API server behind a load balancer that ends TLS, by Airflow's own application."""

import asyncio
import importlib
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from airflow import plugins_manager
from airflow.api_fastapi.app import init_plugins
from airflow.api_fastapi.auth.managers.simple.routes.login import login_router
from airflow.api_fastapi.auth.managers.simple.services.login import SimpleAuthManagerLogin
from airflow_fargate_runtime.public_address import PublicAddressMiddleware, PublicAddressPlugin
from fastapi import FastAPI
from fastapi.middleware.wsgi import WSGIMiddleware
from fastapi.testclient import TestClient
from flask import Flask, url_for
from httpx import Response

PYPROJECT = Path(__file__).parents[2] / "airflow_image/pyproject.toml"

Ask = Callable[[str, str], Response]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask an API server, whose address begins with https, for a path at a host."""
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example.com")
    monkeypatch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS", "True")
    monkeypatch.setattr(SimpleAuthManagerLogin, "create_token_all_admins", lambda: "made-up")
    # It installs what the distribution's entry point would.
    middlewares = PublicAddressPlugin.fastapi_root_middlewares
    monkeypatch.setattr(plugins_manager, "get_fastapi_plugins", lambda: ([], middlewares))

    pages = Flask("pages")
    pages.add_url_rule("/page", "page", lambda: url_for("page", _external=True))
    server = FastAPI()
    server.include_router(login_router)
    # As the FAB auth manager has its pages.
    server.mount("/fab", WSGIMiddleware(pages))  # type: ignore[arg-type]
    init_plugins(server)
    client = TestClient(server, follow_redirects=False)
    return lambda host, path: client.get(f"http://{host}{path}")


@pytest.mark.parametrize(
    ("host", "by_https"),
    [
        ("airflow.example.com", True),
        ("Airflow.Example.com:443", True),
        # The load balancer's health check, a forwarded port, somebody else's name.
        ("10.0.0.7:8080", False),
        ("127.0.0.1:8080", False),
        ("airflow.example.com.evil.example", False),
    ],
)
def test_cookies_and_addresses_are_for_https_where_people_come_by_it(
    ask: Ask, host: str, *, by_https: bool
) -> None:
    cookie = ask(host, "/token/login").headers["set-cookie"]
    assert cookie.startswith("_token=")
    assert ("; Secure" in cookie) is by_https
    # Where an identity provider is told to send people back to.
    assert ask(host, "/fab/page").text.startswith("https://" if by_https else "http://")


@pytest.mark.parametrize("base_url", ["http://airflow.example.com", ""])
def test_without_a_certificate_nothing_changes(
    base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    async def note(scope: Any, *_: Any) -> None:
        seen.append(scope["scheme"])

    monkeypatch.setenv("AIRFLOW__API__BASE_URL", base_url)
    headers = [(b"host", b"airflow.example.com")]
    request = {"type": "http", "scheme": "http", "headers": headers}
    asyncio.run(PublicAddressMiddleware(note)(request, None, None))
    assert seen == ["http"]


def test_the_distribution_names_the_plugin() -> None:
    points = tomllib.loads(PYPROJECT.read_text())["project"]["entry-points"]["airflow.plugins"]
    module, _, name = points["airflow_fargate_public_address"].partition(":")
    assert getattr(importlib.import_module(module), name) is PublicAddressPlugin
