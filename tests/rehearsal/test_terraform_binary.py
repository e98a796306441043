"""Finding Terraform, and fetching the pinned one from a server on loopback."""

import hashlib
import io
import os
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest

from airflow_fargate_rehearsal.errors import PreflightError
from airflow_fargate_rehearsal.terraform import binary
from airflow_fargate_rehearsal.terraform.binary import find_terraform, terraform_version
from airflow_fargate_rehearsal.terraform.download import SHA256_OF_ZIP, download

# A port that nothing listens on: the machine is offline, as far as downloads go.
OFFLINE = "http://127.0.0.1:9"


def fake_terraform(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "terraform"
    program.write_text(f"""#!/bin/sh\necho '{{"terraform_version": "{version}"}}'\n""")
    program.chmod(0o755)
    return program


def said(_line: str) -> None:
    """Take what is told to the user."""


@pytest.fixture
def path_without_terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin")
    return folder


@pytest.fixture
def releases(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server of releases, and the folder that it serves."""
    folder = tmp_path / "releases"
    folder.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    server.server_close()


def publish(folder: Path, platform: str, member: str = "terraform") -> str:
    """Put a release into the served folder; returns its SHA-256."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(member, "#!/bin/sh\necho fetched\n")
        archive.writestr("LICENSE.txt", "text")
    target = folder / "terraform" / "1.11.4" / f"terraform_1.11.4_{platform}.zip"
    target.parent.mkdir(parents=True)
    target.write_bytes(content.getvalue())
    return hashlib.sha256(content.getvalue()).hexdigest()


def test_terraform_on_path_is_used(path_without_terraform: Path, tmp_path: Path) -> None:
    program = fake_terraform(path_without_terraform, "1.11.0")
    assert find_terraform(tmp_path, said, OFFLINE) == program


def test_the_projects_own_terraform_comes_first(
    path_without_terraform: Path, tmp_path: Path
) -> None:
    fake_terraform(path_without_terraform, "1.12.0")
    own = fake_terraform(tmp_path / ".tools" / "terraform", "1.11.4")
    assert find_terraform(tmp_path, said, OFFLINE) == own


@pytest.mark.parametrize("version", ["0.15.5", "1.5.7", "1.10.5"])
def test_an_old_terraform_is_not_used_and_its_version_is_told(
    path_without_terraform: Path, tmp_path: Path, version: str
) -> None:
    fake_terraform(path_without_terraform, version)
    with pytest.raises(PreflightError, match=f"is version {version}, older than 1.11") as caught:
        find_terraform(tmp_path, said, OFFLINE)
    assert caught.value.exit_code == 2


def test_offline_without_terraform_says_what_to_install(
    path_without_terraform: Path, tmp_path: Path
) -> None:
    with pytest.raises(PreflightError) as caught:
        find_terraform(tmp_path, said, OFFLINE)
    message = str(caught.value)
    assert "Terraform 1.11 or newer is needed: there is none on PATH" in message
    assert "Install Terraform 1.11.4 or newer yourself" in message
    assert not (tmp_path / ".tools" / "terraform" / "terraform").exists()


def test_a_missing_terraform_is_fetched_into_the_project(
    path_without_terraform: Path,
    tmp_path: Path,
    releases: tuple[str, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, folder = releases
    sums = {"linux_amd64": publish(folder, "linux_amd64")}
    monkeypatch.setattr(binary, "terraform_platform", lambda: "linux_amd64")
    monkeypatch.setattr(binary, "download", partial(download, sha256_of_zip=sums))
    lines: list[str] = []

    found = find_terraform(tmp_path, lines.append, url)

    assert found == tmp_path / ".tools" / "terraform" / "terraform"
    assert os.access(found, os.X_OK)
    assert "fetching 1.11.4" in lines[0]


def test_only_the_checked_program_is_left(tmp_path: Path, releases: tuple[str, Path]) -> None:
    url, folder = releases
    sums = {"linux_arm64": publish(folder, "linux_arm64")}
    program = download("linux_arm64", tmp_path / "tools", url, sums)
    assert program.read_text() == "#!/bin/sh\necho fetched\n"
    assert list((tmp_path / "tools").iterdir()) == [program]


def test_another_content_is_thrown_away(tmp_path: Path, releases: tuple[str, Path]) -> None:
    url, folder = releases
    publish(folder, "linux_amd64")
    with pytest.raises(PreflightError, match=r"has SHA-256 [0-9a-f]{64} and not 1ce994251c"):
        download("linux_amd64", tmp_path / "tools", url)
    assert list((tmp_path / "tools").iterdir()) == []


def test_an_archive_without_the_program_is_refused(
    tmp_path: Path, releases: tuple[str, Path]
) -> None:
    url, folder = releases
    sums = {"linux_amd64": publish(folder, "linux_amd64", member="other")}
    with pytest.raises(PreflightError, match="holds no program named 'terraform'"):
        download("linux_amd64", tmp_path / "tools", url, sums)


def test_a_platform_without_a_known_sum_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(PreflightError, match="this machine is freebsd_amd64"):
        download("freebsd_amd64", tmp_path / "tools", OFFLINE)


def test_sums_are_known_for_linux_and_macos_on_both_architectures() -> None:
    systems = {f"{system}_{chip}" for system in ("linux", "darwin") for chip in ("amd64", "arm64")}
    assert set(SHA256_OF_ZIP) == systems
    assert all(len(bytes.fromhex(each)) == 32 for each in SHA256_OF_ZIP.values())


def test_a_program_that_is_no_terraform_has_no_version(tmp_path: Path) -> None:
    program = tmp_path / "terraform"
    program.write_text("#!/bin/sh\necho hello\n")
    program.chmod(0o755)
    assert terraform_version(program) is None
    assert terraform_version(tmp_path / "missing") is None
