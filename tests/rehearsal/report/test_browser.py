"""The browser: it logs in where a page looks like Airflow's, and says why where it cannot."""

import http.server
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from airflow_fargate_rehearsal.report import browser
from airflow_fargate_rehearsal.report.devtools import find_browser

PASSWORD = 'it\'s "secret" \\'
LOGIN = """<form name="login" method="post"><input name="username"><input name="password">
<input type="submit"></form>"""
RUN = """<div id="root"><div class="chakra-skeleton" style="width:9px;height:9px"></div></div>
<script>setTimeout(() => root.innerHTML = "even_odd manual__1+00:00", 300)</script>"""


class Airflow(http.server.BaseHTTPRequestHandler):
    """Pages with the forms and names that Airflow's have."""

    def do_GET(self) -> None:
        inside = "session=yes" in self.headers.get("Cookie", "")
        if not inside and self.path != "/auth/login/":
            self._answer(302, "", Location="/auth/login/")
        elif not inside:
            self._answer(200, LOGIN)
        elif self.path == "/dags/even_odd/runs/manual__1%2B00%3A00":
            self._answer(200, RUN)
        else:
            self._answer(200, '<div id="root">Home</div>')

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if form == {"username": ["admin"], "password": [PASSWORD]}:
            self._answer(302, "", Location="/", Set_Cookie="session=yes; Path=/")
        else:
            self._answer(200, LOGIN)

    def _answer(self, status: int, body: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Airflow) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def visit(url: str, file: Path, password: str = PASSWORD) -> str | None:
    return browser.screenshot(
        url,
        user="admin",
        password=password,
        dag_id="even_odd",
        run_id="manual__1+00:00",
        file=file,
    )


def test_a_machine_without_a_browser_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = visit("http://127.0.0.1:9", tmp_path / "file.png")
    assert (
        said == "There is no browser: none of chromium, chromium-browser, google-chrome is on PATH."
    )


def test_a_browser_that_ends_at_once_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "chromium").symlink_to("/bin/false")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert visit("http://127.0.0.1:9", tmp_path / "file.png") == "The browser ended."


needs_browser = pytest.mark.skipif(
    not find_browser(), reason="There is no Chromium and no Chrome on PATH."
)


@pytest.mark.real
@needs_browser
def test_it_logs_in_and_waits_until_the_run_is_shown(url: str, tmp_path: Path) -> None:
    file = tmp_path / "file.png"
    assert visit(url, file) is None
    assert file.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


@pytest.mark.real
@needs_browser
def test_a_wrong_password_is_told(url: str, tmp_path: Path) -> None:
    said = visit(url, tmp_path / "file.png", password="another")
    assert said == "Airflow did not let the user admin in: wrong user or password."
    assert not (tmp_path / "file.png").exists()


@pytest.mark.real
@needs_browser
def test_an_address_where_nobody_is_is_told(tmp_path: Path) -> None:
    said = visit("http://127.0.0.1:9", tmp_path / "file.png")
    assert said is not None
    assert said.startswith("http://127.0.0.1:9 cannot be opened: net::ERR_")


@pytest.mark.real
@needs_browser
def test_the_browser_ends_when_the_program_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time\n"
        "from airflow_fargate_rehearsal.report.devtools import browser\n"
        "with browser(60) as page:\n"
        "    print(page.value('1 + 1'), flush=True)\n"
        "    time.sleep(600)\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"2\n"
    assert using(tmp_path)
    process.kill()
    process.wait()
    process.stdout.close()
    end = time.monotonic() + 30
    while using(tmp_path):
        assert time.monotonic() < end
        time.sleep(0.1)


def using(folder: Path) -> list[str]:
    """Processes whose profile is below a folder."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(folder).encode() in each.read_bytes():
                found.append(each.parent.name)
        except OSError:
            continue
    return found
