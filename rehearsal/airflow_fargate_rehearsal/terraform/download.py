"""Fetching the pinned Terraform, checked against its SHA-256."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
import urllib.request
import zipfile
from pathlib import Path

from airflow_fargate_rehearsal.errors import PreflightError

PINNED_VERSION = "1.11.4"
RELEASES_URL = "https://releases.hashicorp.com"

# From HashiCorp's terraform_1.11.4_SHA256SUMS. A platform that is not here is not fetched for.
SHA256_OF_ZIP = {
    "darwin_amd64": "a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b",
    "darwin_arm64": "867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18",
    "linux_amd64": "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
    "linux_arm64": "a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633",
}

_TIMEOUT_SECONDS = 60


def download(
    platform: str,
    folder: Path,
    releases_url: str = RELEASES_URL,
    sha256_of_zip: dict[str, str] = SHA256_OF_ZIP,
) -> Path:
    """Fetch Terraform 1.11.4 for ``platform`` into ``folder``; returns the program's path.

    Nothing is left in ``folder`` but the whole, checked program. Raises PreflightError, saying
    why, when there is no known sum for the platform, no connection, or another content.
    """
    expected = sha256_of_zip.get(platform)
    if expected is None:
        known = ", ".join(sorted(sha256_of_zip))
        raise PreflightError(f"It is fetched for {known} only, and this machine is {platform}.")
    url = f"{releases_url}/terraform/{PINNED_VERSION}/terraform_{PINNED_VERSION}_{platform}.zip"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        archive = Path(scratch) / "terraform.zip"
        actual = _fetch(url, archive)
        if actual != expected:
            raise PreflightError(
                f"What {url} sent has SHA-256 {actual} and not {expected}; it was thrown away."
            )
        program = Path(_extract(archive, scratch))
        program.chmod(0o755)
        # Within one folder a rename is atomic: no one ever sees half a program.
        return program.replace(folder / "terraform")


def _fetch(url: str, target: Path) -> str:
    digest = hashlib.sha256()
    try:
        with (
            # The scheme is that of RELEASES_URL, https, and the content is checked.
            urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS) as answer,  # noqa: S310
            target.open("wb") as f,
        ):
            while chunk := answer.read(1 << 20):
                digest.update(chunk)
                f.write(chunk)
    except OSError as error:  # URLError, HTTPError, time-outs and a full disk are all OSErrors
        raise PreflightError(f"It could not be fetched from {url}: {error}.") from error
    return digest.hexdigest()


def _extract(archive: Path, folder: str) -> str:
    with contextlib.suppress(zipfile.BadZipFile, KeyError), zipfile.ZipFile(archive) as content:
        return content.extract("terraform", folder)
    raise PreflightError("The fetched archive holds no program named 'terraform'.")
