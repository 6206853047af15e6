"""Settings that Safe Harbour must not start with, and what it says instead."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from keys import read_keys
from settings import DEFAULT_SECRET, BadSetting, Settings, read_settings


@pytest.mark.parametrize("secret", [DEFAULT_SECRET, "short", "x" * 31])
def test_a_secret_that_others_know_or_can_guess_stops_the_start(tmp_path: Path, secret: str) -> None:
    with pytest.raises(BadSetting, match="make one with"):
        read_keys(Settings(instance=tmp_path, secret=secret))


def test_the_example_file_cannot_be_served_from(tmp_path: Path) -> None:
    example = (Path(__file__).parent.parent / ".env.example").read_text(encoding="utf-8")
    lines = [line.lstrip("# ").split("=", 1) for line in example.splitlines() if "SAFE_HARBOUR_SECRET=" in line]
    assert lines, "the example says nothing of the secret"
    with pytest.raises(BadSetting):
        read_keys(Settings(instance=tmp_path, secret=lines[0][1].strip() or "empty is the keys folder"))


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    first = read_keys(Settings(instance=tmp_path))
    assert read_keys(Settings(instance=tmp_path)) == first
    file = tmp_path / "keys" / "1.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert first.derive("one thing") != first.derive("another")


def test_a_damaged_key_is_not_served_with(tmp_path: Path) -> None:
    read_keys(Settings(instance=tmp_path))
    (tmp_path / "keys" / "1.key").write_text("00ff")
    with pytest.raises(BadSetting, match="recovery sheet"):
        read_keys(Settings(instance=tmp_path))


def test_a_second_key_makes_new_secrets_and_the_first_still_opens_old_ones(tmp_path: Path) -> None:
    old = read_keys(Settings(instance=tmp_path))
    (tmp_path / "keys" / "2.key").write_text("ab" * 32)
    both = read_keys(Settings(instance=tmp_path))
    assert both.version == 2
    assert both.derive("pupil-secrets", 1) == old.derive("pupil-secrets")
    assert both.derive("pupil-secrets") != old.derive("pupil-secrets")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "eighty", "whole number"),
        ("SAFE_HARBOUR_PROXIES", "-1", "whole number"),
        ("SAFE_HARBOUR_ADDRESS", "harbour.school.example", "scheme and host"),
        ("SAFE_HARBOUR_MAIL", "pigeon", "one of file, console, smtp"),
        ("SAFE_HARBOUR_MAIL", "smtp", "SAFE_HARBOUR_MAIL_HOST and SAFE_HARBOUR_MAIL_FROM"),
        ("SAFE_HARBOUR_MAIL_FROM", "Safe Harbour", "an address such as"),
        ("SAFE_HARBOUR_MAIL_FROM", "a@b.example\nBcc: c@d.example", "an address such as"),
        ("SAFE_HARBOUR_MAIL_TLS", "yes", "one of starttls, tls, off"),
        ("SAFE_HARBOUR_MAIL_PORT", "smtp", "whole number"),
    ],
)
def test_a_setting_that_makes_no_sense_says_what_to_give(name: str, value: str, says: str) -> None:
    with pytest.raises(BadSetting, match=says):
        read_settings({name: value})


@pytest.mark.parametrize(
    ("address", "is_loopback"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("http://[::1]:8000", True),
        ("http://10.0.0.5:8000", False),
        ("https://harbour.school.example", False),
    ],
)
def test_cards_know_an_address_that_only_this_machine_opens(address: str, is_loopback: bool) -> None:
    assert read_settings({"SAFE_HARBOUR_ADDRESS": address}).is_loopback is is_loopback


def test_a_mail_password_does_not_cross_the_network_for_all_to_read_nor_stand_in_a_log() -> None:
    said = {"SAFE_HARBOUR_MAIL_TLS": "off", "SAFE_HARBOUR_MAIL_PASSWORD": "lantern"}
    with pytest.raises(BadSetting, match="for all to read"):
        read_settings(said)
    assert "lantern" not in repr(read_settings({**said, "SAFE_HARBOUR_MAIL_TLS": "tls"}))


@pytest.mark.parametrize(("tls", "port"), [("", 587), ("starttls", 587), ("tls", 465), ("off", 25)])
def test_the_usual_port_goes_with_the_way_to_encrypt(tls: str, port: int) -> None:
    assert read_settings({"SAFE_HARBOUR_MAIL_TLS": tls}).mail_port == port
    assert read_settings({"SAFE_HARBOUR_MAIL_TLS": tls, "SAFE_HARBOUR_MAIL_PORT": "2525"}).mail_port == 2525


def test_a_postgresql_address_is_taken_as_hosts_write_it() -> None:
    for written in ("postgres://u:p@h/d", "postgresql://u:p@h/d"):
        assert read_settings({"DATABASE_URL": written}).sqlalchemy_url == "postgresql+psycopg://u:p@h/d"
