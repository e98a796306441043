"""Count the primes in a range of integers.

    python count_primes.py 1 100

counts those from 1 to 100. The last line of what it prints is their number, which is what Airflow
keeps of a task.

Exit codes: 0 done, 2 wrong arguments.
"""

import argparse
import math
import sys
import time

LARGEST = 10**12
WIDEST = 100_000_000


def main() -> int:
    """Do what the command line says, and tell what was done."""
    parser = argparse.ArgumentParser(description="Count the primes in a range of integers.")
    parser.add_argument("first", type=int, help="where the range begins")
    parser.add_argument("last", type=int, help="where it ends; belongs to it")
    arguments = parser.parse_args()
    first, last = arguments.first, arguments.last
    if not 1 <= first <= last <= LARGEST or last - first >= WIDEST:
        parser.error(
            f"a range is from 1 to {LARGEST} and has 1 to {WIDEST} numbers; got {first} to {last}"
        )

    began = time.monotonic()
    print(f"Looking for primes from {first} to {last}.", flush=True)
    found = count_primes(first, last)
    print(f"Found them in {time.monotonic() - began:.1f} seconds. Their number:")
    print(found)
    return 0


def count_primes(first: int, last: int) -> int:
    """How many primes there are from one integer to another, by the sieve of Eratosthenes."""
    prime = bytearray([1]) * (last - first + 1)
    if first == 1:
        prime[0] = 0
    for factor in _primes_up_to(math.isqrt(last)):
        multiple = max(factor * factor, -(-first // factor) * factor)
        prime[multiple - first :: factor] = bytes(len(range(multiple, last + 1, factor)))
    return sum(prime)


def _primes_up_to(last: int) -> list[int]:
    prime = bytearray([1]) * (last + 1)
    for factor in range(2, math.isqrt(last) + 1):
        if prime[factor]:
            prime[factor * factor :: factor] = bytes(len(range(factor * factor, last + 1, factor)))
    return [number for number in range(2, last + 1) if prime[number]]


if __name__ == "__main__":
    sys.exit(main())
