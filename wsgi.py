"""For WSGI servers: `gunicorn wsgi:app`, `waitress-serve wsgi:app`."""

from __future__ import annotations

from app import create_app
from quizzes import catalogue

app = create_app()
with app.app_context():
    catalogue.load()  # here, and not while the first class waits for its first page
