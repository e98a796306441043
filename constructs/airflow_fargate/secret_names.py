"""Names by which a variable shows that its value is a secret."""

import re

SECRET_NAME = re.compile(
    r"(.*_)?(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|(API|ACCESS|PRIVATE|SECRET|FERNET)_?KEY)",
    re.IGNORECASE,
)


def is_secret_name(name: str) -> bool:
    """Whether a variable's value is a secret, going by its name."""
    return SECRET_NAME.fullmatch(name) is not None
