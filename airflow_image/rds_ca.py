"""Fetches the certificates that RDS signs its servers' with; runs while the image is built.

`python rds_ca.py FILE` writes them into FILE. AWS publishes them as one bundle that grows with each
new region, so the hash of the whole cannot be pinned. What vouches for it is TLS to AWS's own host,
and that no certificate that was known when `rds_ca_known.txt` was written is another one now.
"""

import hashlib
import ssl
import sys
import urllib.request
from pathlib import Path

URL = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
TIMEOUT_SECONDS = 60
KNOWN = Path(__file__).with_name("rds_ca_known.txt")


def check(bundle: str, known: dict[str, str]) -> int:
    """Return how many certificates of a bundle are known.

    Args:
        bundle: Certificates as PEM, with anything between them.
        known: SHA-256 of certificates (of their DER form) by the names in them.

    Raises:
        ValueError: It holds no known certificate, or another under a known name.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cadata=bundle)
    except ssl.SSLError as error:
        raise ValueError("it is no list of certificates") from error
    met = 0
    for described, der in zip(context.get_ca_certs(), context.get_ca_certs(True), strict=True):
        name = dict(part[0] for part in described["subject"])["commonName"]
        if name not in known:
            continue
        if known[name] != (got := hashlib.sha256(der).hexdigest()):
            raise ValueError(f"{name!r} should have the SHA-256 {known[name]} and has {got}")
        met += 1
    if met == 0:
        raise ValueError(f"none of its certificates is one of the {len(known)} that are known")
    return met


def known_certificates(text: str) -> dict[str, str]:
    """SHA-256 by name, from lines of `<SHA-256> <name>`."""
    lines = [line.split(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name: fingerprint for fingerprint, name in lines}


def main(arguments: list[str]) -> int:
    """Fetch, check and write; return the exit code."""
    (file,) = arguments
    with urllib.request.urlopen(URL, timeout=TIMEOUT_SECONDS) as answer:
        bundle = answer.read().decode("ascii")
    try:
        met = check(bundle, known_certificates(KNOWN.read_text()))
    except ValueError as error:
        print(f"{URL}: {error}", file=sys.stderr)
        return 1
    Path(file).write_text(bundle)
    total = bundle.count("BEGIN CERTIFICATE")
    digest = hashlib.sha256(bundle.encode()).hexdigest()
    print(f"{file}: {total} certificates, {met} of them known, SHA-256 {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
