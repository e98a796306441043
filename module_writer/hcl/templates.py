"""Strings that hold expressions, read from Terraform JSON and from quotes inside expressions."""

from collections.abc import Callable

from module_writer.hcl.nodes import Expr, Template
from module_writer.hcl.scanner import Scanner, UnreadError

ParseExpression = Callable[[Scanner], Expr]


def read_template(  # noqa: C901 - a case for each kind of text
    scanner: Scanner, parse: ParseExpression, *, quoted: bool
) -> Template:
    r"""The template at this place, to the end of the text or, if ``quoted``, behind its quote.

    Only in quotes does a backslash mean anything: in a string of Terraform JSON it is itself.
    """
    parts: list[str | Expr] = []
    words: list[str] = []

    def end_words() -> None:
        if words:
            parts.append("".join(words))
            words.clear()

    source = scanner.source
    while True:
        here = scanner.position
        if here >= len(source):
            if quoted:
                raise UnreadError("a quote is missing")
            break
        if source.startswith(("$${", "%%{"), here):
            words.append(source[here + 1 : here + 3])
            scanner.position += 3
        elif source.startswith("${", here):
            scanner.position += 2
            if source.startswith("~", scanner.position):
                raise UnreadError("space is stripped by ~, which is not read here")
            end_words()
            parts.append(parse(scanner))
            scanner.expect("}")
        elif source.startswith("%{", here):
            raise UnreadError("%{...} is not read here: use a conditional in ${...} instead")
        elif quoted and source[here] == '"':
            scanner.position += 1
            break
        elif quoted and source[here] == "\n":
            raise UnreadError("a line ends inside quotes")
        elif quoted and source[here] == "\\":
            scanner.position += 1
            words.append(scanner.escape())
        else:
            words.append(source[here])
            scanner.position += 1
    end_words()
    return Template(tuple(parts))
