"""Sentences of a page, from templates/prose: one macro for each, filled with figures and names.

Belongs here: how the templates are read. Does not belong here: what they say (templates/prose/), figures (words.py).
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound

from orchestration.publishing.site.content.formats import shown, words
from orchestration.publishing.site.content.words import counted, listed, plural, quotation

_FOLDER = Path(__file__).parents[1] / "templates" / "prose"


class _FlowingText(BaseLoader):
    """Templates whose line breaks are spaces, so that a sentence may run over several lines."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The text of a template, as Jinja asks for it."""
        path = _FOLDER / template
        if not path.is_file():
            raise TemplateNotFound(template)
        return " ".join(path.read_text(encoding="utf-8").split()), str(path), lambda: True


@cache
def _environment() -> Environment:
    made = Environment(loader=_FlowingText(), autoescape=True, undefined=StrictUndefined)
    made.globals |= {
        "counted": counted,
        "listed": listed,
        "plural": plural,
        "quotation": quotation,
        "shown": shown,
        "words": words,
    }
    return made


def prose(page: str) -> Any:
    """The sentences of a page: each macro of templates/prose/<page>.html is a method that returns Markup.

    Whatever is no figure is escaped, since names come from outside. Raises UndefinedError for a missing part.
    """
    return _environment().get_template(f"{page}.html").module
