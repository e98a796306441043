"""Certificates of the tests' own."""

from pathlib import Path

from airflow_fargate_rehearsal.database.certificates import CertificateAuthority


def write_certificates(folder: Path) -> None:
    """Write a certificate authority and, signed by it, the certificate of `localhost`."""
    authority = CertificateAuthority.in_folder(folder)
    authority.sign(["localhost"], folder / "server.pem", folder / "server.key")
