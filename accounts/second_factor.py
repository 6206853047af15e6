"""The second factor: six figures from a phone, or a recovery code from the safe. Secrets are stored encrypted."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime
from typing import TYPE_CHECKING

import pyotp

from accounts.secrets import clear_letters
from keys import Keys

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

STEP_SECONDS = 30
RECOVERY_CODES = 8


def new_secret() -> str:
    return pyotp.random_base32()


def secret_to_set_up(keys: Keys, public_id: str, sign_in_id: int, last_step: int) -> str:
    """The secret offered to this person in this session: the same on reload, though nothing is written before they
    confirm it; another one after that, and in another session."""
    mac = keys.mac("second-factor-set-up", f"{public_id}:{sign_in_id}:{last_step}")
    return base64.b32encode(mac[:20]).decode()


def seal(keys: Keys, secret: str) -> bytes:
    """The secret as the database holds it, under the current key."""
    return _box(keys, keys.version).encrypt(secret.encode())


def unseal(keys: Keys, sealed: bytes, key_version: int) -> str:
    return _box(keys, key_version).decrypt(sealed).decode()


def matching_step(secret: str, code: str, at: datetime, last_step: int) -> int | None:
    """The 30-second step whose code this is, one either side allowed for a slow clock; None for a wrong or used one.

    RFC 6238 section 5.2: a code must not be accepted twice, so the caller keeps the step.
    """
    tidy = "".join(figure for figure in code if figure.isdecimal())[:6]
    now_step = int(at.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    for step in (now_step, now_step - 1, now_step + 1):
        if step > last_step and hmac.compare_digest(totp.at(step * STEP_SECONDS), tidy):
            return step
    return None


def code_at(secret: str, at: datetime) -> str:
    """The code of this moment: for `flask demo code`, and for tests."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).at(at)


def address_for_phone(secret: str, email: str) -> str:
    """The otpauth address that the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Safe Harbour")


def recovery_codes_for(keys: Keys, secret: str) -> list[str]:
    """Eight codes of ten letters: 46 bits each, one use. Derived from the secret, so that a page that was sent twice
    shows the same ones; the phone, which knows the secret too, cannot work them out without the key."""
    return [clear_letters(keys.mac("recovery-codes", f"{secret}:{number}"), 10) for number in range(RECOVERY_CODES)]


def _box(keys: Keys, version: int) -> Fernet:
    from cryptography.fernet import Fernet  # here: 7 MB, which a server without such a sign-in keeps

    return Fernet(base64.urlsafe_b64encode(keys.derive("second-factor", version)))
