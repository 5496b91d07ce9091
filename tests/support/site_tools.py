"""Reading the site back: the prose of a page with its figures, and every link."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

# what a sentence says in somebody's own words, or names
QUOTED = {"q", "a", "bdi", "strong", "code", "time"}


@dataclass
class Shown:
    """A figure as shown: its text, the value it carries and the query behind it."""

    text: str
    value: str
    query: str


@dataclass
class ReadPage(HTMLParser):
    """A page: what its sentences say outside of figures and quotations, its figures, links and tags."""

    path: Path
    words: list[str] = field(default_factory=list)
    figures: list[Shown] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, bool]] = []
        self._figure: Shown | None = None
        self.feed(self.path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        for name in ("href", "src"):
            if found.get(name) is not None:
                self.links.append(found[name])
        if tag in {"meta", "link", "input", "br", "path", "rect", "circle"}:
            return
        is_prose = "prose" in (found.get("class") or "").split()
        self._open.append((tag, is_prose))
        if tag == "data":
            self._figure = Shown("", found["value"] or "", found["data-sql"] or "")
            self.figures.append(self._figure)

    def handle_endtag(self, tag):
        if tag == "data":
            self._figure = None
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self._figure is not None:
            self._figure.text += data
        elif any(is_prose for _, is_prose in self._open) and not any(tag in QUOTED for tag, _ in self._open):
            self.words.append(data)
