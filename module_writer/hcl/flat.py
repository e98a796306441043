"""An expression on one line."""

import re

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
    Template,
    Unary,
    constant,
)

_BARE_KEY = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_KEYWORDS = {"for", "true", "false", "null"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ESCAPED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_COMPARING = {"==", "!=", "<", ">", "<=", ">="}


def flat(node: Expr) -> str:  # noqa: C901, PLR0912 - a case for each kind of node
    """The expression as HCL on one line, with the parentheses that it needs."""
    match node:
        case Literal(text) | Name(text):
            return text
        case Template(parts):
            return f'"{template_text(parts, quoted=True)}"'
        case Attribute(base, name):
            return f"{based(base)}.{name}"
        case Index(base, key):
            return f"{based(base)}[{flat(key)}]"
        case Splat(base, full):
            return f"{based(base)}{'[*]' if full else '.*'}"
        case Call(name, arguments, expand):
            inside = ", ".join(map(flat, arguments))
            return f"{name}({inside}{'...' if expand else ''})"
        case ListOf(items):
            return f"[{', '.join(map(flat, items))}]"
        case ObjectOf(items):
            inside = ", ".join(f"{key_text(key)} = {flat(value)}" for key, value in items)
            return f"{{ {inside} }}" if inside else "{}"
        case For():
            opening, closing = ("[", "]") if node.key is None else ("{ ", " }")
            condition = f" if {flat(node.condition)}" if node.condition else ""
            head = f"for {', '.join(node.names)} in {flat(node.collection)}"
            return f"{opening}{head} : {for_value(node)}{condition}{closing}"
        case Unary(operator, operand):
            return f"{operator}{operand_text(operand)}"
        case Binary(operator, left, right):
            return f"{side(node, left)} {operator} {side(node, right, right=True)}"
        case Conditional(condition, yes, no):
            return f"{branch(condition)} ? {branch(yes)} : {branch(no)}"
        case Parentheses(inner):
            return f"({flat(inner)})"


def for_value(node: For) -> str:
    """What a `for` makes of each element, on one line."""
    key = f"{flat(node.key)} => " if node.key else ""
    return f"{key}{flat(node.value)}{'...' if node.group else ''}"


def key_text(key: Expr) -> str:
    """The key of an object's item: bare if it can be, otherwise quoted or in parentheses."""
    word = constant(key)
    if word is None:
        return flat(key) if isinstance(key, Template) else f"({flat(key)})"
    return word if _BARE_KEY.fullmatch(word) and word not in _KEYWORDS else flat(key)


def side(parent: Binary, child: Expr, *, right: bool = False) -> str:
    """One side of an operator, in parentheses where they are needed or where a reader wants them.

    Those of ``a || (b && c)`` and ``(a == b) == c`` change nothing, and nobody must think.
    """
    if isinstance(child, Conditional):
        return f"({flat(child)})"
    if not isinstance(child, Binary):
        return flat(child)
    outer, inner = PRECEDENCE[parent.operator], PRECEDENCE[child.operator]
    logic = parent.operator in {"||", "&&"} and child.operator in {"||", "&&"}
    compared = parent.operator in _COMPARING and child.operator in _COMPARING
    unclear = (logic or compared) and (right or parent.operator != child.operator or compared)
    needed = inner < outer or (right and inner == outer)
    return f"({flat(child)})" if needed or unclear else flat(child)


def branch(node: Expr) -> str:
    """A part of a conditional; another conditional in it is put in parentheses."""
    return f"({flat(node)})" if isinstance(node, Conditional) else flat(node)


def operand_text(node: Expr) -> str:
    """What ``!`` and ``-`` stand before."""
    return f"({flat(node)})" if isinstance(node, Binary | Conditional | Unary) else flat(node)


def based(base: Expr) -> str:
    """What ``.name`` and ``[key]`` stand behind."""
    return f"({flat(base)})" if isinstance(base, Binary | Conditional | Unary) else flat(base)


def template_text(parts: tuple[str | Expr, ...], *, quoted: bool) -> str:
    """The inside of a string: for quotes, or for a heredoc, where a backslash is itself."""
    words: list[str] = []
    for place, part in enumerate(parts):
        if not isinstance(part, str):
            words.append(f"${{{flat(part)}}}")
            continue
        escaped = part.replace("${", "$${").replace("%{", "%%{")
        if quoted:
            escaped = escaped.replace("\\", "\\\\").replace('"', '\\"')
            escaped = _CONTROL.sub(lambda found: _control(found.group()), escaped)
        if escaped.endswith("$") and place + 1 < len(parts):
            # "$${" would say "${", and not a dollar before what is interpolated.
            escaped = escaped[:-1] + '${"$"}'
        words.append(escaped)
    return "".join(words)


def _control(character: str) -> str:
    return _ESCAPED.get(character) or f"\\u{ord(character):04x}"
