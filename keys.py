"""The installation's keys: kept in `instance/keys/` or the environment, never in the database or a backup.

One root key a version; every use has a key of its own, derived from it by HMAC, so that one use never weakens another.
A stored secret names the version it was made with, so that the root can be rotated without breaking a card.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from settings import DEFAULT_SECRET, BadSetting, Settings


@dataclass(frozen=True, slots=True)
class Keys:
    roots: dict[int, bytes]  # by version, 1 upwards

    @property
    def version(self) -> int:
        """The version that new secrets are made with."""
        return max(self.roots)

    def derive(self, purpose: str, version: int | None = None) -> bytes:
        """32 bytes for one purpose, such as "pupil-secrets"."""
        return _derived(self.roots[self.version if version is None else version], purpose)

    def mac(self, purpose: str, message: str, version: int | None = None) -> bytes:
        """A 32-byte keyed hash of a message."""
        return hmac.digest(self.derive(purpose, version), message.encode(), "sha256")


@lru_cache(maxsize=64)
def _derived(root: bytes, purpose: str) -> bytes:
    return hmac.digest(root, b"safe-harbour:" + purpose.encode(), "sha256")


def read_keys(settings: Settings) -> Keys:
    """The keys of this installation, made on first use; raises BadSetting for a secret that others know."""
    if settings.secret:
        if settings.secret == DEFAULT_SECRET or len(settings.secret) < 32:
            raise BadSetting(
                "SAFE_HARBOUR_SECRET is the example's or shorter than 32 characters: "
                "make one with `python -c 'import secrets; print(secrets.token_hex(32))'`, "
                "or leave it out and let instance/keys/ hold the keys"
            )
        return Keys({1: hashlib.sha256(settings.secret.encode()).digest()})
    folder = settings.instance / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not any(folder.glob("*.key")):
        _make_key(folder / "1.key")
    roots = {int(path.stem): bytes.fromhex(path.read_text().strip()) for path in folder.glob("*.key")}
    if any(len(root) != 32 for root in roots.values()):
        raise BadSetting(f"a key in {folder} is damaged: restore it from the recovery sheet")
    return Keys(roots)


def _make_key(path: Path) -> None:
    """Two processes may start together: the first one's key wins, whole or not at all."""
    scratch = path.with_suffix(f".{os.getpid()}.new")
    scratch.touch(mode=0o600)
    with scratch.open("w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(scratch, path)
    except FileExistsError:
        pass
    finally:
        scratch.unlink()
