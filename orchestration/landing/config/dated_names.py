"""The day in a file's name: `{date}` is 2025-01-31, `{date:%Y/%m/%d}` and `{date:unix_ms}` are other ways to write it.

Belongs here: writing and reading days in names. Does not belong here: looking for files (plan.py).
"""

import datetime as dt
import re
from dataclasses import dataclass

_PLACEHOLDER = re.compile(r"\{date(?::([^{}]+))?\}")
_WIDTHS = {"%Y": 4, "%m": 2, "%d": 2, "%H": 2}
_UNIX_MS = "unix_ms"  # of midnight UTC, thirteen digits
_DIRECTIVE = re.compile(r"%.")


@dataclass(frozen=True)
class DatedName:
    """A pattern of names with at most one day in it, `form` being None when there is none."""

    before: str
    form: str | None
    after: str

    @classmethod
    def of(cls, pattern: str) -> "DatedName":
        """Take a pattern apart.

        Raises ValueError when it has several days or a form that does not give one day.
        """
        found = list(_PLACEHOLDER.finditer(pattern))
        if not found:
            if "{date" in pattern:
                raise ValueError(f"{pattern}: expected {{date}} or {{date:%Y-%m-%d}}")
            return cls(pattern, None, "")
        if len(found) > 1:
            raise ValueError(f"{pattern}: a day is given once in a path, such as {{date:%Y/%m/%d}}")
        form = found[0][1] or "%Y-%m-%d"
        directives = _DIRECTIVE.findall(form)
        if form != _UNIX_MS and (
            not {"%Y", "%m", "%d"} <= set(directives) <= set(_WIDTHS) or len(set(directives)) != len(directives)
        ):
            raise ValueError(f"{pattern}: a day is written with %Y, %m and %d (and %H), or as unix_ms; got '{form}'")
        return cls(pattern[: found[0].start()], form, pattern[found[0].end() :])

    def on(self, day: dt.date | None) -> str:
        """The pattern for one day, or for any."""
        return f"{self.before}{self._written(day)}{self.after}"

    def day_in(self, name: str) -> dt.date | None:
        """The day in a name that matches the pattern; None when its place is ambiguous.

        Raises ValueError when the text there is no day.
        """
        match = re.fullmatch(f"{_as_expression(self.before)}({self._digits()}){_as_expression(self.after)}", name)
        if match is None or self.form is None:
            return None
        if self.form == _UNIX_MS:
            return dt.datetime.fromtimestamp(int(match[1]) / 1000, dt.UTC).date()
        try:
            return dt.datetime.strptime(match[1], self.form).date()
        except ValueError:
            raise ValueError(f"'{match[1]}' in its name is not a day") from None

    def _written(self, day: dt.date | None) -> str:
        if self.form is None:
            return ""
        if self.form == _UNIX_MS:
            return "?" * 13 if day is None else str(int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp()) * 1000)
        return _DIRECTIVE.sub(
            lambda found: "?" * _WIDTHS[found[0]] if day is None or found[0] == "%H" else day.strftime(found[0]),
            self.form,
        )

    def _digits(self) -> str:
        if self.form == _UNIX_MS:
            return r"\d{13}"
        parts = re.split(r"(%.)", self.form or "")
        return "".join(rf"\d{{{_WIDTHS[part]}}}" if part in _WIDTHS else re.escape(part) for part in parts)


def _as_expression(glob: str) -> str:
    parts = re.split(r"(\[[*?[]\]|\*\*/|\*|\?)", glob)
    return "".join(_MEANINGS.get(part) or re.escape(_LITERAL.sub(r"\1", part)) for part in parts)


_MEANINGS = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
_LITERAL = re.compile(r"\[([*?[])\]")  # a star, a question mark or a bracket that is part of a name
