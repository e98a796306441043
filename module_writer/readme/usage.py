"""What a README shows of a module's examples and tests."""

import posixpath
import re
from collections.abc import Iterator, Mapping

from module_writer.readme.markdown import block, code, prose

_SOURCE = re.compile(r'(?<=source)(?P<space>\s*=\s*)"(?P<path>\.\.?/[^"]*)"')
_MAIN = ("complete", "basic", "minimal")


def main_example(files: Mapping[str, str]) -> str | None:
    """The example that the README shows: the one called ``basic`` if there is one, else the first.

    ``files`` are those of the module, by their paths in its folder.
    """
    names = sorted({path.split("/")[1] for path in files if path.startswith("examples/")})
    return max(names, key=lambda name: _MAIN.index(name) if name in _MAIN else -1, default=None)


def usage(module: str, files: Mapping[str, str], repository: str, version: str) -> str:
    """The main example's HCL as a user writes it: sources are in the repository, not beside it."""
    example = main_example(files)
    text = files.get(f"examples/{example}/main.tf", "")
    here = posixpath.join("modules", module, "examples", example or "")

    def source(found: re.Match[str]) -> str:
        folder = posixpath.normpath(posixpath.join(here, found["path"]))
        return f'{found["space"]}"git::{repository}//{folder}?ref=v{version}"'

    if not text:
        return ""
    copy = code(f'source = "../airflow-fargate/modules/{module}"')
    address = code(repository.removeprefix("https://"))
    return (
        f"{block('hcl', _SOURCE.sub(source, text))}\n\n"
        f"Put the address of your copy of this repository for {address}. A copy on disk does too: "
        f"{copy}."
    )


def examples_of(files: Mapping[str, str]) -> str:
    """A list of the examples; what each shows is the comment at the top of its main.tf."""
    return "\n".join(
        f"- [{name}](examples/{name}){': ' * bool(about)}{prose(about)}"
        for name, about in _examples(files)
    )


def terraform_tests(files: Mapping[str, str]) -> str:
    """A list of the files that `terraform test` runs."""
    found = [path for path in sorted(files) if path.endswith(".tftest.hcl")]
    return "\n".join(f"- [{code(path)}]({path}){_about(files[path])}" for path in found)


def _examples(files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for path in sorted(files):
        parts = path.split("/")
        if parts[0] == "examples" and parts[2:] == ["main.tf"]:
            yield parts[1], comment_at_top(files[path])


def _about(text: str) -> str:
    about = comment_at_top(text)
    return f": {prose(about)}" if about else ""


def comment_at_top(text: str) -> str:
    """The comment with which a file begins, as one line."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.strip("# "))
    return " ".join(lines).strip()
