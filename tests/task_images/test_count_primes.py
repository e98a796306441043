"""Counting primes: the number is what the last line says."""

from collections.abc import Callable
from itertools import pairwise
from subprocess import CompletedProcess

import pytest

Run = Callable[..., CompletedProcess[str]]
PROGRAM = "count_primes/count_primes.py"


@pytest.mark.parametrize(
    ("first", "last", "primes"),
    [
        (1, 1, 0),
        (1, 2, 1),
        (2, 3, 2),
        (4, 4, 0),
        (9, 11, 1),
        (1, 1_000_000, 78_498),
        (999_999_999_989, 1_000_000_000_000, 1),
        (999_999_999_990, 1_000_000_000_000, 0),
    ],
)
def test_the_last_line_is_the_number_of_primes(
    run: Run, first: int, last: int, primes: int
) -> None:
    ended = run(PROGRAM, first, last)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1] == str(primes)


def test_slices_add_up_to_the_whole(run: Run) -> None:
    borders = [0, 1, 2, 10, 77, 78, 300, 1_000]
    found = [run(PROGRAM, low + 1, high) for low, high in pairwise(borders)]
    counts = [ended.stdout.splitlines()[-1] for ended in found]
    assert sum(map(int, counts)) == 168  # below 1,000


@pytest.mark.parametrize(
    "arguments", [["2", "1"], ["0", "1"], ["1", "1000000000"], ["1"], ["a", "b"]]
)
def test_wrong_arguments_end_with_2_and_the_usage(run: Run, arguments: list[str]) -> None:
    ended = run(PROGRAM, *arguments)
    assert ended.returncode == 2
    assert "usage:" in ended.stderr
