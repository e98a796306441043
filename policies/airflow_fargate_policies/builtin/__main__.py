"""Writes down which of checkov's rules must always say something: `known_rules.json`."""

import json
import sys
from pathlib import Path

from airflow_fargate_policies.builtin.known_rules import FILE, rules_of
from airflow_fargate_policies.reading.plan import read_plan
from airflow_fargate_policies.reading.synthesized import SUFFIX, read_synthesized


def main() -> None:
    """Read the stacks and plans that are named, and write the file."""
    paths = [Path(each) for each in sys.argv[1:]]
    if not paths:
        sys.exit("usage: python -m airflow_fargate_policies.builtin STACK_OR_PLAN...")
    rules = rules_of(
        [
            read_synthesized(path)
            if path.is_dir() or path.name.endswith(SUFFIX)
            else read_plan(path)
            for path in paths
        ]
    )
    FILE.write_text(f"{json.dumps(rules, indent=2)}\n", encoding="utf-8")
    count = sum(map(len, rules.values()))
    sys.stdout.write(f"{FILE.name}: {count} rules of {len(rules)} types\n")


if __name__ == "__main__":
    main()
