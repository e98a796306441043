"""Which platforms this machine runs: its own, and those that the kernel emulates."""

from __future__ import annotations

import platform
from collections.abc import Collection
from pathlib import Path

from .failures import MissingProgram

PLATFORMS = {"ARM64": "linux/arm64", "X86_64": "linux/amd64"}
"""What a builder calls the architectures of ECS."""
_OF_MACHINE = {
    "aarch64": "linux/arm64",
    "arm64": "linux/arm64",
    "amd64": "linux/amd64",
    "x86_64": "linux/amd64",
}
_EMULATORS = {"linux/arm64": ("qemu-aarch64",), "linux/amd64": ("qemu-x86_64", "rosetta")}
_BINFMT_MISC = Path("/proc/sys/fs/binfmt_misc")


def platforms_of_this_machine(binfmt_misc: Path = _BINFMT_MISC) -> set[str]:
    """Platforms whose programs the kernel of this machine runs."""
    own = {_OF_MACHINE.get(platform.machine().lower(), "")}
    return own | {
        name
        for name, emulators in _EMULATORS.items()
        if any(_is_enabled(binfmt_misc / emulator) for emulator in emulators)
    }


def require(needed: Collection[str], there: Collection[str], builder: str) -> None:
    """Hold that images of all these platforms can be built.

    Raises:
        MissingProgram: One of them can not; says what to install.
    """
    for name in sorted(set(needed) - set(there)):
        raise MissingProgram(
            f"{builder} builds for {', '.join(sorted(there)) or 'no platform'} here, and an image "
            f"is for {name}. Install its emulation with one of\n"
            f"  docker run --privileged --rm tonistiigi/binfmt --install {name.split('/')[1]}\n"
            "  apt-get install qemu-user-static     (Debian, Ubuntu)\n"
            "  dnf install qemu-user-static         (Fedora)\n"
            "or give the image the architecture of the machine that builds it: "
            'architecture="ARM64" or "X86_64".'
        )


def _is_enabled(emulator: Path) -> bool:
    try:
        return emulator.read_text().startswith("enabled")
    except OSError:
        return False
