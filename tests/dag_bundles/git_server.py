"""A Git repository behind HTTPS, which asks for a token."""

import base64
import contextlib
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.surroundings.certificates import write_certificates

USER = "x-access-token"
# checkov:skip=CKV_SECRET_6:Made up, for a server that lives as long as a test.
TOKEN = "made-up-token"
_AUTHOR = ("-c", "user.name=Tests", "-c", "user.email=tests@example.com")


class GitServer:
    """A repository that is pushed to in a folder, and fetched from at an address."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"https://localhost:{port}/dags.git"
        self.ca_file = folder / "ca.pem"
        """Certificate to trust."""
        self._bare = folder / "served/dags.git"
        self._work = folder / "work"
        _git(folder, "init", "--quiet", "--bare", "--initial-branch=main", self._bare)
        _git(folder, "init", "--quiet", "--initial-branch=main", self._work)

    def push(self, files: Mapping[str, str]) -> str:
        """Push a commit with these files; its hash."""
        for name, text in files.items():
            file = self._work / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        _git(self._work, "add", "--all")
        _git(self._work, *_AUTHOR, "commit", "--quiet", "--message", "Change")
        _git(self._work, "push", "--quiet", self._bare, "main")
        # What a client reads that fetches files, and speaks no protocol of Git's.
        _git(self._bare, "update-server-info")
        return _git(self._work, "rev-parse", "HEAD")


@contextlib.contextmanager
def git_server(folder: Path) -> Iterator[GitServer]:
    """Serve an empty repository, on loopback, for the time of the block."""
    write_certificates(folder)
    served = folder / "served"

    class Handler(SimpleHTTPRequestHandler):
        """Files, for who has the token."""

        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=served)  # type: ignore[arg-type]

        def do_GET(self) -> None:
            known = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
            if self.headers.get("Authorization") == f"Basic {known}":
                super().do_GET()
                return
            self.send_response(401)
            self.send_header("WWW-Authenticate", "Basic")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield GitServer(folder, server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _git(folder: Path, *arguments: str | Path) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
