"""What every room's views share: the clock, the keys, and the settings of this installation."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address

from flask import current_app, request

from keys import Keys
from settings import Settings


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def keys() -> Keys:
    found: Keys = current_app.extensions["keys"]
    return found


def now() -> datetime:
    """The moment of this request, in UTC. Views ask here and hand it down; nothing below a view reads a clock."""
    return settings().clock()


def address_of(endpoint: str, **values: str) -> str:
    """The whole address of a page, as a mail carries it: SAFE_HARBOUR_ADDRESS and the path. No request is needed."""
    return settings().address + current_app.url_map.bind("localhost").build(endpoint, values)


def wants_json() -> bool:
    """Whether our own script asks (safe-save.js), rather than a browser that shows pages."""
    return request.headers.get("Accept") == "application/json"  # all that it says; a browser's long list is not parsed


def is_private_line() -> bool:
    """Whether nobody on the network can read along: https, or a browser on the server itself (DESIGN.md 11)."""
    here = settings()
    if here.is_https and not here.is_plain_http:
        return True
    host = request.host.rsplit(":", 1)[0].strip("[]")
    return _is_loopback(request.remote_addr or "") and (host == "localhost" or _is_loopback(host))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
