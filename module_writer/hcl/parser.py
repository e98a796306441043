"""HCL's expressions, read into nodes: what Terraform JSON has in its ``${...}``."""

from module_writer.hcl.nodes import (
    PRECEDENCE,
    Attribute,
    Binary,
    Call,
    Conditional,
    Expr,
    For,
    Index,
    ListOf,
    Literal,
    Name,
    ObjectOf,
    Parentheses,
    Splat,
    Unary,
    text,
)
from module_writer.hcl.scanner import Scanner, UnreadError
from module_writer.hcl.templates import read_template

# Those that begin with another come before it.
_OPERATORS = ("||", "&&", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%")


def parse_expression(source: str) -> Expr:
    """The expression that the whole text is; raises UnreadError if it is none or not of ours."""
    scanner = Scanner(source)
    found = _expression(scanner)
    scanner.skip_space()
    if scanner.position != len(source):
        raise UnreadError(f"{source[scanner.position :][:40]!r} is left over")
    return found


def parse_template(source: str) -> Expr:
    """What a string of Terraform JSON means: ``${expr}`` alone is the expression itself."""
    template = read_template(Scanner(source), _expression, quoted=False)
    if len(template.parts) == 1 and not isinstance(template.parts[0], str):
        return template.parts[0]
    return template


def _expression(scanner: Scanner) -> Expr:
    condition = _binary(scanner, 1)
    if not scanner.take("?"):
        return condition
    yes = _expression(scanner)
    scanner.expect(":")
    return Conditional(condition, yes, _expression(scanner))


def _binary(scanner: Scanner, level: int) -> Expr:
    left = _unary(scanner)
    while True:
        operator = scanner.at(*_OPERATORS)
        if operator is None or PRECEDENCE[operator] < level:
            return left
        scanner.take(operator)
        left = Binary(operator, left, _binary(scanner, PRECEDENCE[operator] + 1))


def _unary(scanner: Scanner) -> Expr:
    if operator := scanner.take("!", "-"):
        return Unary(operator, _unary(scanner))
    return _postfix(scanner, _term(scanner))


def _postfix(scanner: Scanner, found: Expr) -> Expr:
    while True:
        if scanner.at("..."):
            return found
        if scanner.take("."):
            if scanner.take("*"):
                found = Splat(found, full=False)
            elif name := scanner.name() or scanner.number():
                found = Attribute(found, name)
            else:
                raise UnreadError("a name is missing after a dot")
        elif scanner.take("["):
            if scanner.take("*"):
                found = Splat(found, full=True)
            else:
                found = Index(found, _expression(scanner))
            scanner.expect("]")
        else:
            return found


def _term(scanner: Scanner) -> Expr:  # noqa: C901 - a case for each kind of term
    if scanner.take("("):
        inner = _expression(scanner)
        scanner.expect(")")
        return Parentheses(inner) if _has_splat(inner) else inner
    if scanner.take('"'):
        return read_template(scanner, _expression, quoted=True)
    if scanner.take("["):
        return _for(scanner, "]") or ListOf(tuple(_items(scanner, "]")))
    if scanner.take("{"):
        return _for(scanner, "}") or _object(scanner)
    if number := scanner.number():
        return Literal(number)
    name = scanner.name()
    if name is None:
        raise UnreadError(f"no expression begins with {scanner.source[scanner.position :][:20]!r}")
    while scanner.take("::"):
        name += f"::{scanner.name() or ''}"
    if name in {"true", "false", "null"}:
        return Literal(name)
    # Only at once: in an object, parentheses after space may be the next item's key.
    if not scanner.source.startswith("(", scanner.position):
        return Name(name)
    scanner.expect("(")
    arguments: list[Expr] = []
    while not scanner.take(")"):
        arguments.append(_expression(scanner))
        if scanner.take("..."):
            scanner.expect(")")
            return Call(name, tuple(arguments), expand=True)
        if not scanner.at(")"):
            scanner.expect(",")
    return Call(name, tuple(arguments))


def _items(scanner: Scanner, end: str) -> list[Expr]:
    found: list[Expr] = []
    while not scanner.take(end):
        found.append(_expression(scanner))
        if not scanner.at(end):
            scanner.expect(",")
    return found


def _object(scanner: Scanner) -> ObjectOf:
    items: list[tuple[Expr, Expr]] = []
    while not scanner.take("}"):
        parenthesized = scanner.at("(")
        key = _expression(scanner)
        if isinstance(key, Name | Literal) and not parenthesized:
            key = text(key.text)
        scanner.take("=", ":")
        items.append((key, _expression(scanner)))
        scanner.take(",")
    return ObjectOf(tuple(items))


def _for(scanner: Scanner, end: str) -> For | None:
    if not scanner.keyword("for"):
        return None
    names = [scanner.name() or ""]
    if scanner.take(","):
        names.append(scanner.name() or "")
    if not scanner.keyword("in"):
        raise UnreadError("`in` is missing")
    collection = _expression(scanner)
    scanner.expect(":")
    key, value = None, _expression(scanner)
    if scanner.take("=>"):
        key, value = value, _expression(scanner)
    group = bool(scanner.take("..."))
    condition = _expression(scanner) if scanner.keyword("if") else None
    scanner.expect(end)
    return For(tuple(names), collection, value, condition, key, group)


def _has_splat(node: Expr) -> bool:
    while isinstance(node, Attribute | Index | Splat):
        if isinstance(node, Splat):
            return True
        node = node.base
    return False
