"""What the docstrings below fields and attributes say."""

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise

_BARE = {"None": "null", "True": "true", "False": "false"}


@cache
def field_docs(cls: type) -> dict[str, str]:
    """Docstring of each field of a class, those of what it extends too, each as one line."""
    found: dict[str, str] = {}
    for ancestor in reversed(cls.__mro__):
        if ancestor.__module__.startswith("airflow_fargate"):
            tree = ast.parse(textwrap.dedent(inspect.getsource(ancestor)))
            for node in tree.body:
                found |= _below(getattr(node, "body", []), ast.Name)
    return found


@cache
def attribute_docs(cls: type) -> dict[str, str]:
    """Docstring of each public attribute that a construct sets on itself, each as one line."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    found: dict[str, str] = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            found |= _below(function.body, ast.Attribute)
    return found


def one_line(text: str) -> str:
    """A docstring as one line, with Terraform's words for Python's values."""
    words = " ".join(text.split())
    for python, terraform in _BARE.items():
        words = words.replace(f"={python}", f" = {terraform}")
        words = " ".join(
            word.replace(python, terraform) if word.strip("`.,;:()") == python else word
            for word in words.split(" ")
        )
    return words


def _below(body: list[ast.stmt], kind: type[ast.expr]) -> dict[str, str]:
    found = {}
    for statement, after in pairwise(body):
        target = (
            statement.target
            if isinstance(statement, ast.AnnAssign)
            else statement.targets[0]
            if isinstance(statement, ast.Assign)
            else None
        )
        if not isinstance(target, kind) or not isinstance(after, ast.Expr):
            continue
        if isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
            name = target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")
            found[name] = one_line(after.value.value)
    return found
