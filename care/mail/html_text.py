"""HTML letters to text: lines where a browser shows lines, earlier letters left out. Pure."""

import re
from html.parser import HTMLParser

LONGEST = 300_000
_LINES = {"p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "section"}
_SILENT = {"script", "style", "title", "template", "svg", "object"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_QUOTES = re.compile(r"\b(?:gmail_quote|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra)\b")
_QUOTE_IDS = {"divRplyFwdMsg", "appendonsend", "mail-editor-reference-message-container"}
_REST_IDS = {"divRplyFwdMsg", "appendonsend"}  # Outlook: everything behind this mark is the earlier letter


def html_text(html: str) -> str:
    """The words a reader sees, without earlier letters; with them when nothing else is there."""
    html = _without_unclosed(html[:LONGEST])
    own = _read(html, quotes=False)
    return own if own.strip() else _read(html, quotes=True)


def _without_unclosed(html: str) -> str:
    """Comments and declarations taken out first: the parser looks for the end of each unclosed one again and again."""
    pieces, at = list[str](), 0
    while (start := html.find("<!", at)) >= 0:
        comment = html.startswith("<!--", start)
        end = html.find("-->" if comment else ">", start)
        pieces.append(html[at:start])
        if end < 0:
            return "".join(pieces)
        at = end + (3 if comment else 1)
    return "".join([*pieces, html[at:]])


def _read(html: str, *, quotes: bool) -> str:
    reader = _Reader(quotes)
    reader.feed(html[: html.rfind(">") + 1])
    reader.feed(html[html.rfind(">") + 1 :].replace("<", "&lt;"))
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self, quotes: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._quotes = quotes
        self._skipping: str | None = None  # the tag whose end is awaited
        self._depth = 0
        self._over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._over:
            return
        if self._skipping:
            self._depth += tag == self._skipping
            return
        if tag in _SILENT or (not self._quotes and self._is_quote(tag, dict(attrs))):
            if tag not in _VOID:
                self._skipping, self._depth = tag, 1
            return
        if tag in _LINES:
            self.pieces.append("\n")
        elif tag == "td":
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            self._depth -= tag == self._skipping
            if self._depth == 0:
                self._skipping = None
        elif tag in _LINES and not self._over:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skipping and not self._over:
            self.pieces.append(data.replace("\n", " ").replace("\xa0", " "))

    def _is_quote(self, tag: str, attrs: dict[str, str | None]) -> bool:
        name = attrs.get("id") or ""
        if name in _REST_IDS:
            self._over = True
        return tag == "blockquote" or name in _QUOTE_IDS or bool(_QUOTES.search(attrs.get("class") or ""))
