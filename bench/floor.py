"""The floor: a bare Flask response behind waitress, with the threads that the product has. Nothing can be faster."""

from __future__ import annotations

import logging
import sys

import waitress
from flask import Flask

floor = Flask(__name__, static_folder=None)


@floor.get("/healthz")
def hello() -> str:
    return "Hello"


if __name__ == "__main__":
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # as serve.py: thirty pupils are more than four threads
    waitress.serve(floor, host="127.0.0.1", port=int(sys.argv[1]), threads=4, ident=None, _quiet=True)
