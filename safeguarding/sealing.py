"""Sealing what was told: AES-GCM under a key of each concern's own, which is wrapped by a key outside the database.

Offline, a browser seals to the school's public key (ECDH on P-256, HKDF, AES-GCM): every browser with WebCrypto has
those. Pure: no Flask, no database, no clock. `cryptography` is fetched when something is first sealed or opened: it
takes 7 MB, and a server in whose schools nobody has asked for help does without.
"""

from __future__ import annotations

import base64
import json
import secrets
from typing import TYPE_CHECKING, Any

from keys import Keys

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

NONCE = 12
#: Sealed words are filled up to a multiple of this, so that their length does not tell how much was written.
BLOCK = 512
#: The order of P-256 (FIPS 186-5, SP 800-186 section 3.2.1.3): a private key is 1 to this less 1.
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
OUTSIDE = b"safe-harbour-outbox-1"


class Unreadable(ValueError):
    """These bytes were not sealed with this key for this place, or were changed since."""


def new_key() -> bytes:
    return secrets.token_bytes(32)


def wrap(keys: Keys, school_id: int, concern: str, key: bytes) -> bytes:
    """A concern's key as the database holds it, under the installation's newest key."""
    return _encrypt(keys.derive("concern-wrap", keys.version), key, f"{school_id}:{concern}".encode())


def unwrap(keys: Keys, school_id: int, concern: str, wrapped: bytes, key_version: int) -> bytes:
    """The concern's key; raises Unreadable."""
    if key_version not in keys.roots:
        raise Unreadable("its key is not on this installation: put it back from the recovery sheet")
    return _decrypt(keys.derive("concern-wrap", key_version), wrapped, f"{school_id}:{concern}".encode())


def seal(key: bytes, concern: str, kind: str, content: dict[str, Any]) -> bytes:
    """What was said, unreadable without the key, and not to be passed off as another concern's or another kind."""
    words = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return _encrypt(key, words + b" " * (-len(words) % BLOCK), f"{concern}:{kind}".encode())


def unseal(key: bytes, concern: str, kind: str, sealed: bytes) -> dict[str, Any]:
    """What `seal` was given; raises Unreadable."""
    found: dict[str, Any] = json.loads(_decrypt(key, sealed, f"{concern}:{kind}".encode()))
    return found


def seal_notice(keys: Keys, school_id: int, user_id: int, content: dict[str, Any]) -> bytes:
    """A notice to one member of staff ("please see me about Amina"), under the installation's newest key."""
    words = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return _encrypt(keys.derive("staff-notice", keys.version), words, f"{school_id}:{user_id}".encode())


def unseal_notice(keys: Keys, school_id: int, user_id: int, sealed: bytes, key_version: int) -> dict[str, Any]:
    """What `seal_notice` was given; raises Unreadable."""
    if key_version not in keys.roots:
        raise Unreadable("its key is not on this installation: put it back from the recovery sheet")
    found: dict[str, Any] = json.loads(
        _decrypt(keys.derive("staff-notice", key_version), sealed, f"{school_id}:{user_id}".encode())
    )
    return found


def child_mac(keys: Keys, school_id: int, pupil_id: int, key_version: int | None = None) -> bytes:
    """By what a child's concerns are found together: a keyed hash, which tells nobody else whom they are about."""
    return keys.mac("concern-child", f"{school_id}:{pupil_id}", key_version)


def box_key(keys: Keys, school_public_id: str) -> EllipticCurvePrivateKey:
    """The key pair to which a browser seals while it is offline: derived, so that it is in no database."""
    from cryptography.hazmat.primitives.asymmetric import ec

    number = int.from_bytes(
        keys.mac("concern-box-1", school_public_id, 1) + keys.mac("concern-box-2", school_public_id, 1), "big"
    )
    return ec.derive_private_key(number % (P256_ORDER - 1) + 1, ec.SECP256R1())


def public_box_key(keys: Keys, school_public_id: str) -> str:
    """The public half as WebCrypto imports it ("raw"), in base64."""
    point = box_key(keys, school_public_id).public_key().public_numbers()
    return base64.b64encode(b"\x04" + point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big")).decode()


def open_box(keys: Keys, school_public_id: str, sender: bytes, nonce: bytes, sealed: bytes) -> bytes:
    """What a browser sealed offline: `sender` is its own public point, made for this once. Raises Unreadable."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
    except ValueError as fault:
        raise Unreadable("that is no public key") from fault
    shared = box_key(keys, school_public_id).exchange(ec.ECDH(), point)
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=sender, info=OUTSIDE).derive(shared)
    try:
        return _decrypt(key, nonce + sealed, school_public_id.encode())
    except Unreadable as fault:
        raise Unreadable("that was not sealed for this school") from fault


# A token that names a pupil to nobody but this server, for what is handed over under somebody else's session

TOKEN = 64  # bytes that are sealed, whoever it names


def help_token(keys: Keys, school_id: int, pupil_id: int, how: str) -> str:
    """Good for one thing: an offline form says with it whose it is. `how`: how the pupil's session was opened."""
    words = json.dumps([school_id, pupil_id, how], separators=(",", ":")).encode().ljust(TOKEN)
    sealed = _encrypt(keys.derive("help-token", keys.version), words, b"help-token")
    return base64.urlsafe_b64encode(keys.version.to_bytes(2, "big") + sealed).decode()


def read_help_token(keys: Keys, token: str) -> tuple[int, int, str]:
    """The school's id, the pupil's, and how; raises Unreadable."""
    try:
        raw = base64.urlsafe_b64decode(token.encode())
    except ValueError as fault:
        raise Unreadable("that is no token") from fault
    version = int.from_bytes(raw[:2], "big")
    if version not in keys.roots:
        raise Unreadable("its key is not on this installation: put it back from the recovery sheet")
    school_id, pupil_id, how = json.loads(_decrypt(keys.derive("help-token", version), raw[2:], b"help-token"))
    return school_id, pupil_id, how


def _encrypt(key: bytes, words: bytes, place: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, words, place)


def _decrypt(key: bytes, sealed: bytes, place: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], place)
    except (InvalidTag, ValueError) as fault:
        raise Unreadable("it was changed, or sealed with another key") from fault
