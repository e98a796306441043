"""Airflow's REST API, as a user's program calls it."""

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

_UNSAFE = urllib.request.ProxyHandler({})


class RestApi:
    """Airflow's REST API, for the user `admin`.

    Args:
        address: Where the API server listens.
        password: The user's.
    """

    def __init__(self, address: str, password: str) -> None:
        self._address = address
        self._password = password
        self._token: str | None = None
        # No proxy, whatever the environment says: this is loopback.
        self._opener = urllib.request.build_opener(_UNSAFE)

    def get(self, path: str, **parameters: Any) -> Any:
        """What GET answers."""
        query = f"?{urllib.parse.urlencode(parameters)}" if parameters else ""
        return self.call("GET", path + query)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """What a request below `/api/v2` answers, as JSON.

        Raises:
            urllib.error.HTTPError: With what Airflow says about it as a note.
        """
        if self._token is None:
            login = {"username": "admin", "password": self._password}
            self._token = self._request("POST", "/auth/token", login)["access_token"]
        return self._request(method, f"/api/v2/{path}", body)

    def answers(self) -> bool:
        """Whether the API server is there."""
        try:
            self._request("GET", "/api/v2/version", None)
        except OSError:
            return False
        return True

    def _request(self, method: str, path: str, body: Any) -> Any:
        request = urllib.request.Request(  # noqa: S310 -- it is HTTP
            self._address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        if self._token is not None:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with self._opener.open(request, timeout=30) as answer:
                return json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            error.add_note(f"{method} {path}: {error.read().decode(errors='replace')}")
            raise


def quoted(text: str) -> str:
    """A part of a path: ids of runs hold `+` and `:`."""
    return urllib.parse.quote(text, safe="")
