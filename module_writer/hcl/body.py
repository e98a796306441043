"""What stands in a block: attributes, nested blocks and meta-arguments, in the order of people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from module_writer.hcl.nesting import PROVISIONER, block_names, inner_schema, listed, own_names
from module_writer.hcl.schemas import Block
from module_writer.hcl.values import Read, Values, attribute, is_dropped

_REPEATING = ("for_each", "count", "iterator", "provider")
_NAMING = ("name", "name_prefix", "identifier", "family", "bucket", "description")
_LAST = ("tags", "tags_all")
# Words of Terraform itself, unless the provider has an argument or block of that name.
_BARE = {"provider", "depends_on", "ignore_changes", "replace_triggered_by", "when", "on_failure"}
_META_BLOCKS = {"lifecycle", "connection", "provisioner", "dynamic"}


@dataclass(frozen=True)
class Bodies:
    """Writes bodies of blocks; a line of them is indented by spaces, two for each level."""

    values: Values

    def block(self, head: str, content: str, indent: int) -> str:
        """A block of HCL around its body, without the indentation of its first line."""
        return f"{head} {{\n{content}{' ' * indent}}}" if content else f"{head} {{}}"

    def body(
        self,
        given: Mapping[str, Any],
        schema: Block,
        indent: int,
        readers: Mapping[str, Read] | None = None,
    ) -> str:
        """All lines in a block, ``indent`` being theirs.

        ``readers`` are for attributes whose strings are no templates.
        """
        kept = {k: v for k, v in given.items() if not is_dropped(k, v)}
        own = own_names(schema)
        words = {k for k, v in schema.get("attributes", {}).items() if v.get("type") == "string"}
        reads = dict.fromkeys(words, self.values.words) | dict.fromkeys(
            _BARE - own, self.values.bare
        )
        reads |= dict(readers or {})
        blocks = block_names(kept, schema) | ((_META_BLOCKS - own) & kept.keys())
        plain = {k: v for k, v in kept.items() if k not in blocks}
        first = {k: plain.pop(k) for k in _REPEATING if k in plain}
        named = {k: plain.pop(k) for k in _NAMING if k in plain}
        last = {k: plain.pop(k) for k in _LAST if k in plain}
        depends_on = {k: plain.pop(k) for k in ("depends_on",) if k in plain}
        lifecycle = {k: kept[k] for k in ("lifecycle",) if k in blocks - own}
        nested = {k: v for k, v in kept.items() if k in blocks and k not in lifecycle}
        chunks = [
            *self._chunks(first, indent, reads),
            *self._chunks(named | plain, indent, reads),
            *self._blocks(nested, schema, indent),
            *self._chunks(last, indent, reads),
            *self._chunks(depends_on, indent, reads),
            *self._blocks(lifecycle, schema, indent),
        ]
        return "\n".join(f"{' ' * indent}{chunk}\n" for chunk in chunks)

    def _chunks(
        self, given: Mapping[str, Any], indent: int, readers: Mapping[str, Read]
    ) -> Iterator[str]:
        """Attributes: those of one line together, then each longer one by itself."""
        lines: list[str] = []
        longer: list[str] = []
        for name, value in given.items():
            read = readers.get(name, self.values.expression)
            line = attribute(name, read(value), indent)
            (longer if "\n" in line else lines).append(line)
            if "\n" in line and name == "condition":
                yield longer.pop()  # the message explains it, and comes after it
        if lines:
            yield f"\n{' ' * indent}".join(lines)
        yield from longer

    def _blocks(self, given: Mapping[str, Any], schema: Block, indent: int) -> Iterator[str]:
        for name, value in given.items():
            own = name in own_names(schema)
            if name == "dynamic" and not own:
                yield from self._dynamic(value, schema, indent)
            elif name == "provisioner" and not own:
                for label, content in (item for each in listed(value) for item in each.items()):
                    body = self.body(content, PROVISIONER, indent + 2)
                    yield self.block(f'provisioner "{label}"', body, indent)
            else:
                yield from self._repeated(name, inner_schema(schema, name, value), value, indent)

    def _repeated(self, name: str, schema: Block, value: Any, indent: int) -> Iterator[str]:
        if schema.get("nesting") == "map":
            for label, content in value.items():
                yield self.block(
                    f'{name} "{label}"', self.body(content, schema, indent + 2), indent
                )
            return
        for each in listed(value):
            if each is not None:
                yield self.block(name, self.body(each, schema, indent + 2), indent)

    def _dynamic(self, value: Any, schema: Block, indent: int) -> Iterator[str]:
        for labelled in listed(value):
            for name, given in labelled.items():
                for each in listed(given):
                    inner = inner_schema(schema, name, each["content"])
                    (content,) = listed(each["content"])
                    around = {k: v for k, v in each.items() if k != "content"}
                    readers = {"iterator": self.values.bare}
                    chunks = self.body(around, {}, indent + 2, readers)
                    written = self.block(
                        "content", self.body(content, inner, indent + 4), indent + 2
                    )
                    chunks += f"\n{' ' * (indent + 2)}{written}\n"
                    yield self.block(f'dynamic "{name}"', chunks, indent)
