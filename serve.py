"""Serves with waitress, on Linux, macOS and Windows alike: what `make run` starts, at the settings HOST and PORT."""

from __future__ import annotations

import ctypes
import gc
import logging
import sys
from pathlib import Path

import waitress
from dotenv import load_dotenv

from app import create_app
from quizzes import catalogue
from settings import BadSetting, read_settings
from ticking import keep_ticking

#: The app says in words that a file is too large; only what is larger still is cut off here.
LARGEST_BODY_BYTES = 32 * 1024 * 1024


#: mallopt's M_ARENA_MAX (glibc's malloc.h): how many heaps the threads share.
ARENA_MAX, TWO = -8, 2


def main() -> None:
    _share_heaps()
    load_dotenv(Path(__file__).resolve().parent / ".env")
    try:
        settings = read_settings()
        app = create_app(settings)
    except BadSetting as problem:
        raise SystemExit(f"Safe Harbour did not start. {problem}") from None
    with app.app_context():
        catalogue.load()  # here, and not while the first class waits for its first page
    gc.collect()
    gc.freeze()  # lessons and templates live as long as the server: do not look through them again and again
    gc.set_threshold(50_000, 20, 20)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a class at once is more than the threads: no news
    keep_ticking(app)
    print(f"Safe Harbour is at {settings.address} (listening on {settings.host}:{settings.port}). Ctrl-C stops it.")
    waitress.serve(
        app,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident=None,
        max_request_body_size=LARGEST_BODY_BYTES,
        _quiet=True,
    )


def _share_heaps() -> None:
    """Where the C library is glibc, two heaps for all threads instead of one for each: some MB less on an old PC."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(ARENA_MAX, TWO)


if __name__ == "__main__":
    main()
