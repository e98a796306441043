"""A certificate authority of our own, in the place of Amazon RDS's."""

from __future__ import annotations

import datetime as dt
import fcntl
import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_FOLDER = "rds-ca"
"""Folder of the authority that stands for Amazon RDS's, in the folder of an embedded AWS."""
_LIFE = dt.timedelta(days=3650)
_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Root CA of a rehearsal's databases")])


@dataclass(frozen=True, kw_only=True)
class CertificateAuthority:
    """A certificate authority; `file` is its certificate as PEM, which clients are to trust."""

    file: Path
    _key: ec.EllipticCurvePrivateKey

    @classmethod
    def in_folder(cls, folder: Path) -> CertificateAuthority:
        """The authority of a folder, made when there is none; whoever else makes it is waited for.

        `ca.pem` is its certificate, `ca.key` its key, which its owner alone can read.
        """
        folder.mkdir(parents=True, exist_ok=True)
        certificate, key = folder / "ca.pem", folder / "ca.key"
        with (folder / "ca.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not certificate.exists():
                _make(certificate, key)
        loaded = serialization.load_pem_private_key(key.read_bytes(), password=None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey)  # noqa: S101 - made below
        return cls(file=certificate, _key=loaded)

    def sign(self, names: Sequence[str], certificate: Path, key: Path) -> None:
        """Write the certificate and the key of a server with these host names or IP addresses."""
        own = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        builder = _begun(subject, own.public_key())
        extensions: list[tuple[x509.ExtensionType, bool]] = [
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (x509.SubjectAlternativeName([_general_name(each) for each in names]), False),
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), False),
        ]
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        _write_key(own, key)
        signed = builder.sign(self._key, hashes.SHA256())
        certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))


def _make(certificate: Path, key: Path) -> None:
    own = ec.generate_private_key(ec.SECP256R1())
    builder = _begun(_NAME, own.public_key())
    usage = dict.fromkeys(_USES, False) | {"key_cert_sign": True, "crl_sign": True}
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=True, path_length=None), True),
        (x509.KeyUsage(**usage), True),
        (x509.SubjectKeyIdentifier.from_public_key(own.public_key()), False),
    ]
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    _write_key(own, key)
    signed = builder.sign(own, hashes.SHA256())
    # By one step, for others take it as soon as it is there.
    unfinished = certificate.with_suffix(".new")
    unfinished.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    unfinished.replace(certificate)


_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "encipher_only",
    "decipher_only",
)


def _begun(subject: x509.Name, public_key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=_NAME,
        public_key=public_key,
        serial_number=x509.random_serial_number(),
        not_valid_before=now - dt.timedelta(days=1),
        not_valid_after=now + _LIFE,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write_key(key: ec.EllipticCurvePrivateKey, file: Path) -> None:
    content = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with os.fdopen(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(content)
