"""The demo school as `make run` builds it: built once in a process, which takes some seconds, and then copied."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from app import create_app
from database import db, start_writing
from demo.build import build
from demo.sheet import open_doors
from settings import Settings
from tests.harness.clock import START

HERE = Path(__file__).resolve().parent.parent.parent


def demo_app(folder: Path, clock: Callable[[], datetime]) -> Flask:
    """An app whose own instance holds the demo school of a Monday morning in term, its doors open."""
    shutil.copytree(_built(), folder, dirs_exist_ok=True)
    return create_app(Settings(environment="test", instance=folder, clock=clock))


def build_anew(folder: Path) -> Flask:
    """The same, built there from nothing."""
    app = create_app(Settings(environment="test", instance=folder, clock=lambda: START))
    with app.app_context():
        upgrade(directory=str(HERE / "migrations"))
    fill(app)
    return app


def fill(app: Flask) -> None:
    """Builds the demo school in this app's database."""
    with app.app_context():
        start_writing()
        build(app.extensions["keys"], START)
        start_writing()
        open_doors(START)
        db.session.commit()
        db.session.remove()


@cache
def _built() -> Path:
    """The instance that is copied; nobody is connected to it."""
    folder = Path(tempfile.mkdtemp(prefix="harbour-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    app = build_anew(folder)
    with app.app_context():
        db.engine.dispose()
    return folder
