"""Fonts, pictures, scripts and style sheets: read once at start-up, squeezed, and served for good.

A style sheet is joined from the files in `static/css/` (see SHEETS). Every file's address carries a fingerprint of its
content, so a browser may keep it for a year and a change is seen at once. Scripts import nothing from one another, so
each may have an address of its own. What pages are made of is docs/look.md; tests hold the budgets in bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import ascii_letters
from types import MappingProxyType
from typing import Any

import zopfli.gzip
from flask import Flask, Response, abort, has_request_context, request

FOLDER = Path(__file__).resolve().parent / "static"

#: What each sheet is joined from, in order; the layers that the files name decide who wins (css/layers.css).
#: `shared` is on every page. `pupil` is for pupils and for the front door, with what lessons and pretend apps draw;
#: `staff` for staff and families, on the screen and on paper. Few sheets squeeze better than many.
#: A play-* file may build on those before it; what squeezes best decided the rest of the order.
SHEETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "shared": ("layers", "fonts", "tokens", "base", "brand", "button", "chip"),
        "pupil": (
            "bands",
            "card",
            "deck",
            "landing",
            "rail",
            "scene",
            "help",
            "choice",
            "chart",
            "feedback",
            "lesson",
            "finish",
            "practice",
            "play-feed",
            "play-lobby",
            "play-maker",
            "play-photo",
            "sign-in",
            "play-call",
            "play-telling",
            "play-profile",
            "play-panel",
            "play-shelf",
            "comfort",
        ),
        "staff": (
            "bar",
            "field",
            "panel",
            "table",
            "heat",
            "import",
            "desk",
            "family",
            "paper",
            "print",
        ),
    }
)

_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
        ".woff2": "font/woff2",
        ".png": "image/png",
        ".ico": "image/x-icon",
        ".txt": "text/plain; charset=utf-8",
        ".md": "text/plain; charset=utf-8",
    }
)
_SQUEEZED_ALREADY = frozenset({".woff2", ".png", ".ico"})
_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is served. `gzipped` is empty where gzip would not make it smaller."""

    path: str  # "img/sprite.svg"
    fingerprint: str
    content_type: str
    body: bytes
    gzipped: bytes

    @property
    def sent_bytes(self) -> int:
        """Bytes on the wire to a browser that takes gzip, without headers."""
        return len(self.gzipped) or len(self.body)


@dataclass(frozen=True, slots=True)
class Symbol:
    """One drawing of a sprite: where it is and its view box."""

    href: str  # "/static/0123456789/img/sprite.svg#lifebuoy"
    box: str  # "0 0 100 100"


class UnknownFile(KeyError):
    """A template names a file or a drawing that does not exist."""


class StaticFiles:
    """Everything under `static/`, in memory: 0.6 MB."""

    def __init__(self, files: Mapping[str, StaticFile]) -> None:
        self.files = files
        self._addresses = {path: f"/static/{file.fingerprint}/{path}" for path, file in files.items()}
        self._symbols = {
            name: Symbol(f"{self._addresses[path]}#{name}", box)
            for path, file in files.items()
            if path.startswith("img/")
            for name, box in symbols_in(file)
        }

    def address(self, path: str) -> str:
        """The address of a file, such as "css/pupil.css"; raises UnknownFile."""
        try:
            return _root() + self._addresses[path]
        except KeyError:
            raise UnknownFile(f"static/{path} does not exist") from None

    def symbol(self, name: str) -> Symbol:
        """A drawing by its name, such as "ob-tablet"; raises UnknownFile."""
        try:
            found = self._symbols[name]
        except KeyError:
            raise UnknownFile(f"no sprite in static/img holds {name}") from None
        return Symbol(_root() + found.href, found.box) if _root() else found

    def has_symbol(self, name: str) -> bool:
        return name in self._symbols

    def find(self, fingerprint: str, path: str) -> StaticFile | None:
        """The file at this address, or none: an old fingerprint is an old page, which fetches itself again."""
        file = self.files.get(path)
        return file if file is not None and file.fingerprint == fingerprint else None

    def sizes(self) -> dict[str, int]:
        """Bytes sent for each file, compressed; `css/pupil.css` and the like are the joined sheets."""
        return {path: file.sent_bytes for path, file in sorted(self.files.items())}


@lru_cache(maxsize=1)
def load(folder: Path = FOLDER) -> StaticFiles:
    """Reads, joins, squeezes and fingerprints everything, once a process; takes about 0.2 s."""
    files: dict[str, StaticFile] = {}
    for source in sorted(folder.rglob("*")):
        path = source.relative_to(folder).as_posix()
        if source.is_file() and not path.startswith(("css/", ".")):
            body = source.read_bytes()
            files[path] = _made(path, smaller_script(body.decode()).encode() if path.endswith(".js") else body)
    sheets = {
        sheet: smaller("\n".join((folder / "css" / f"{name}.css").read_text(encoding="utf-8") for name in names))
        for sheet, names in SHEETS.items()
    }
    for sheet, css in with_short_names(sheets).items():
        path = f"css/{sheet}.css"
        files[path] = _made(path, _with_fingerprints(css, files).encode())
    return StaticFiles(files)


def register(app: Flask, open_to_all: Callable[[Any], Any]) -> StaticFiles:
    """Serves the files and gives templates `static(path)` and `symbol(name)`.

    `open_to_all` is the mark of accounts/policy.py, handed in because this module imports no room. The app is made with
    `static_folder=None`: Flask's own view would serve the same files without fingerprints.
    """
    kept = load()

    def static_file(fingerprint: str, path: str) -> Response:
        file = kept.find(fingerprint, path)
        if file is None:
            abort(404)
        return _answer(file, _FOR_GOOD)

    def favicon() -> Response:
        return _answer(kept.files["img/favicon.ico"], "public, max-age=604800")

    app.add_url_rule("/static/<fingerprint>/<path:path>", "static_file", open_to_all(static_file))
    app.add_url_rule("/favicon.ico", "favicon", open_to_all(favicon))
    app.jinja_env.globals.update(static=kept.address, symbol=kept.symbol)
    app.extensions["static_files"] = kept
    return kept


def smaller(css: str) -> str:
    """The same rules without comments and needless spaces, each layer in one piece. Strings and url() stay."""
    css = re.sub(r"(\"[^\"]*\"|url\([^)]*\))|/\*.*?\*/", lambda found: found[1] or "", css, flags=re.DOTALL)
    css = re.sub(r'="([a-z]\w*)"\]', r"=\1]", css)
    kept: list[str] = []
    for part in re.split(r"(\"[^\"]*\"|url\([^)]*\))", css):
        if not part.startswith(('"', "url(")):
            part = re.sub(r"\s+", " ", part)
            part = re.sub(r" ?([{};,>!/]) ?", r"\1", part)
            part = re.sub(r": ", ":", part).replace(";}", "}")
            part = re.sub(r"#[0-9A-F]{3,8}\b", lambda found: found[0].lower(), part)
            part = re.sub(r"#(.)\1(.)\2(.)\3\b", r"#\1\2\3", part)
        kept.append(part)
    return _gathered("".join(kept).strip())


_CUSTOM = re.compile(r"(?<![\w-])--[a-z][\w-]*")  # a custom property, not the end of a class such as "btn--quiet"


def with_short_names(sheets: Mapping[str, str]) -> dict[str, str]:
    """The same sheets, whose custom properties have names of a letter or two, the commonest the shortest: 2 in a
    hundred of what is sent. No script and no page names one; the sources keep the names that people read."""
    used = Counter(name for css in sheets.values() for name in _CUSTOM.findall(css))
    letters = [*ascii_letters, *(first + second for first in ascii_letters for second in ascii_letters)]
    short = {name: f"--{letter}" for (name, _), letter in zip(used.most_common(), letters, strict=False)}
    return {sheet: _CUSTOM.sub(lambda found: short[found[0]], css) for sheet, css in sheets.items()}


def smaller_script(script: str) -> str:
    """The same script without comments and indentation. Line by line: what a line does stays as it is."""
    script = re.sub(r"^[ \t]*/\*\*.*?\*/\n", "", script, flags=re.DOTALL | re.MULTILINE)
    script = re.sub(r"^[ \t]*//.*\n", "", script, flags=re.MULTILINE)
    script = re.sub(r"(?<=[;{},)]) // [^\"'`\n]*$", "", script, flags=re.MULTILINE)
    return re.sub(r"^[ \t]+", "", script, flags=re.MULTILINE)


def _gathered(css: str) -> str:
    """Each layer once, as in its first file; inside it the rules of all files, then what is under `@media`: the wider
    before the narrower, whatever else is asked (print, forced colours) last."""
    outside, layers = "", dict[str, str]()
    for head, body in _blocks(css):
        if head.startswith("@layer") and body:
            layers[head] = layers.get(head, "") + body
        else:
            outside += f"{head}{{{body}}}" if body else head
    for layer, inside in layers.items():
        rules, media = "", dict[str, str]()
        for head, body in _blocks(inside):
            if head.startswith("@media"):
                media[head] = media.get(head, "") + body
            else:
                rules += f"{head}{{{body}}}"
        widths = {head: re.search(r"max-width:([\d.]+)", head) for head in media}
        for head in sorted(media, key=lambda head: -float(found[1]) if (found := widths[head]) else 0):
            rules += f"{head}{{{_joined(media[head])}}}"
        outside += f"{layer}{{{rules}}}"
    return outside


def _joined(css: str) -> str:
    """Under one `@media`, rules that say the same as one: ("a{b:c}d{b:c}" becomes "a,d{b:c}"). A browser drops a whole
    rule for a pseudo-element that it does not know, so those stay alone."""
    heads: dict[str, list[str]] = {}
    for head, body in _blocks(css):
        key = body if "::" not in head and not head.startswith("@") else f"{body}\0{head}"
        heads.setdefault(key, []).append(head)
    return "".join(f"{','.join(same)}{{{body.partition(chr(0))[0]}}}" for body, same in heads.items())


def _blocks(css: str) -> list[tuple[str, str]]:
    """What stands side by side: ("a:hover", "color:red"), and ("@layer reset,base;", "") for a line without braces."""
    found: list[tuple[str, str]] = []
    depth = start = inside = 0
    for mark in re.finditer(r"\"[^\"]*\"|[{};]", css):
        if mark[0] == "{":
            depth += 1
            if depth == 1:
                inside = mark.end()
        elif mark[0] == "}":
            depth -= 1
            if depth == 0:
                found.append((css[start : inside - 1], css[inside : mark.start()]))
                start = mark.end()
        elif mark[0] == ";" and depth == 0:
            found.append((css[start : mark.end()], ""))
            start = mark.end()
    return found


def symbols_in(file: StaticFile) -> list[tuple[str, str]]:
    """Name and view box of each `<symbol>`."""
    if not file.path.endswith(".svg"):
        return []
    return re.findall(r'<symbol id="([^"]+)" viewBox="([^"]+)"', file.body.decode())


def _made(path: str, body: bytes) -> StaticFile:
    ending = posixpath.splitext(path)[1]
    gzipped = b"" if ending in _SQUEEZED_ALREADY else _gzip(body, is_thorough=ending == ".css")
    return StaticFile(
        path=path,
        fingerprint=hashlib.sha256(body).hexdigest()[:10],
        content_type=_TYPES.get(ending) or mimetypes.guess_type(path)[0] or "application/octet-stream",
        body=body,
        gzipped=gzipped if len(gzipped) < len(body) else b"",
    )


def _gzip(body: bytes, *, is_thorough: bool) -> bytes:
    """Style sheets, which every page waits for, are squeezed by a slower hand that saves another 3 to 4 in a hundred:
    a quarter of a second at start-up. For the pictures it would take seconds."""
    if not is_thorough:
        return gzip.compress(body, 9, mtime=0)
    squeezed: bytes = zopfli.gzip.compress(body, numiterations=5)
    return squeezed


def _with_fingerprints(css: str, files: Mapping[str, StaticFile]) -> str:
    """url(../fonts/x.woff2), as the source says, becomes the fingerprinted address, relative to the sheet."""

    def address(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join("css", found[1]))
        if path not in files:
            raise UnknownFile(f"static/{path} does not exist")
        return f"url(../../{files[path].fingerprint}/{path})"

    return re.sub(r"url\(([^)]+)\)", address, css)


def _answer(file: StaticFile, keep: str) -> Response:
    response = Response(file.body, content_type=file.content_type)
    if file.gzipped:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] > 0:
            response.set_data(file.gzipped)
            response.content_encoding = "gzip"
    response.cache_control.clear()
    response.headers["Cache-Control"] = keep
    # Two forms of one file are told apart by their tags; the fingerprint names the content of both.
    response.set_etag(file.fingerprint + ("-gzip" if response.content_encoding else ""))
    response.make_conditional(request)
    return response


def _root() -> str:
    """The path that a server in front hangs the app under; nearly always empty."""
    return request.script_root if has_request_context() else ""
