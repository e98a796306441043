"""Reading HCL's words, one after another."""

import re

_SPACE = re.compile(r"(?:\s|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_NAME = re.compile(r"[^\W\d][\w-]*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class UnreadError(ValueError):
    """The text is no HCL expression, or of a kind that this package leaves as it is."""


class Scanner:
    """A place in a text, moved on by what is read there."""

    def __init__(self, source: str, position: int = 0) -> None:
        self.source = source
        self.position = position

    def at(self, *words: str) -> str | None:
        """The first of the words that comes next, after space and comments; None if none does."""
        self.skip_space()
        return next((w for w in words if self.source.startswith(w, self.position)), None)

    def take(self, *words: str) -> str | None:
        """As `at`, and goes on behind the word."""
        word = self.at(*words)
        self.position += len(word or "")
        return word

    def expect(self, word: str) -> None:
        """Go on behind the word; raises UnreadError if another one comes."""
        if self.take(word) is None:
            raise UnreadError(f"{word!r} is missing at {self.source[self.position :][:40]!r}")

    def keyword(self, word: str) -> bool:
        """Whether this word comes next, and not a longer one that begins with it; goes on."""
        self.skip_space()
        found = _NAME.match(self.source, self.position)
        if found is None or found.group() != word:
            return False
        self.position = found.end()
        return True

    def name(self) -> str | None:
        """The name that comes next, None if there is none."""
        return self._match(_NAME)

    def number(self) -> str | None:
        """The number that comes next, None if there is none."""
        return self._match(_NUMBER)

    def escape(self) -> str:
        r"""The character that a backslash stands for, at the place behind the backslash."""
        letter = self.source[self.position : self.position + 1]
        self.position += 1
        if letter in _ESCAPES and letter:
            return _ESCAPES[letter]
        if letter in {"u", "U"}:
            end = self.position + (4 if letter == "u" else 8)
            code, self.position = self.source[self.position : end], end
            return chr(int(code, 16))
        raise UnreadError(f"unknown escape \\{letter}")

    def skip_space(self) -> None:
        """Go on to the next word."""
        if found := _SPACE.match(self.source, self.position):
            self.position = found.end()

    def _match(self, pattern: re.Pattern[str]) -> str | None:
        self.skip_space()
        found = pattern.match(self.source, self.position)
        if found is None:
            return None
        self.position = found.end()
        return found.group()
