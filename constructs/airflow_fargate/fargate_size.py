"""Sizes of Fargate tasks: which CPU goes with which memory."""

from .rules import InvalidValue
from .values import is_token

MEMORY_MIB_BY_CPU = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16_384 + 1, 1024)),
    4096: tuple(range(8192, 30_720 + 1, 1024)),
    8192: tuple(range(16_384, 61_440 + 1, 4096)),
    16_384: tuple(range(32_768, 122_880 + 1, 8192)),
}
"""What Fargate allows: memory in MiB by CPU units, of which 1024 are one virtual CPU."""


def check_size(owner: str, cpu: float, memory_mib: float) -> None:
    """Refuse a pair of CPU and memory that Fargate does not have.

    Args:
        owner: Whose fields they are, for the message: `SchedulerProps`.
        cpu: CPU units.
        memory_mib: Memory in MiB.

    Raises:
        InvalidValue: There is no such CPU, or it does not go with the memory; names what does.
    """
    if is_token(cpu):
        return
    if cpu not in MEMORY_MIB_BY_CPU:
        listed = ", ".join(str(each) for each in MEMORY_MIB_BY_CPU)
        raise InvalidValue(f"{owner}.cpu", f"one of {listed} (what Fargate allows)", cpu)
    sizes = MEMORY_MIB_BY_CPU[int(cpu)]
    if not is_token(memory_mib) and memory_mib not in sizes:
        raise InvalidValue(
            f"{owner}.memory_mib", f"one of {_listed(sizes)} with {cpu} CPU units", memory_mib
        )


def _listed(sizes: tuple[int, ...]) -> str:
    few = 4
    if len(sizes) <= few:
        return ", ".join(str(each) for each in sizes)
    step = sizes[1] - sizes[0]
    return f"{sizes[0]} to {sizes[-1]} in steps of {step}"
