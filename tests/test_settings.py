"""Settings: a process reads what its role needs, secrets do not print, mistakes are named."""

from pathlib import Path

import pytest

from hotline.intake.errors import Mistaken
from hotline.settings import Settings


def test_the_web_process_never_reads_a_key_that_opens() -> None:
    env = {"HOTLINE_RECIPIENT_PRIVATE_KEY": "secret", "HOTLINE_CASEBOOK_KEY": "secret"}
    settings = Settings.from_env(env, "web")
    assert (settings.recipient_private_key, settings.casebook_key) == ("", "")


def test_secrets_print_as_stars() -> None:
    settings = Settings.from_env({"TWILIO_AUTH_TOKEN": "0123456789abcdef"})
    assert "0123456789abcdef" not in repr(settings)
    assert "***" in repr(settings)


def test_a_setting_comes_from_itself_then_its_file_then_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "HOTLINE_PUBLIC_URL").write_text("https://folder\n")
    (tmp_path / "file").write_text("https://file\n")
    env = {"HOTLINE_DATA_DIR": str(tmp_path)}
    assert Settings.from_env(env).public_url == "https://folder"
    env["HOTLINE_PUBLIC_URL_FILE"] = str(tmp_path / "file")
    assert Settings.from_env(env).public_url == "https://file"
    env["HOTLINE_PUBLIC_URL"] = "https://itself"
    assert Settings.from_env(env).public_url == "https://itself"


def test_a_file_that_cannot_be_read_is_named() -> None:
    with pytest.raises(Mistaken, match="HOTLINE_SECRET_KEY_FILE"):
        Settings.from_env({"HOTLINE_SECRET_KEY_FILE": "/nowhere/at/all"})


def test_what_is_missing_is_named_all_at_once() -> None:
    with pytest.raises(Mistaken, match=r"HOTLINE_PUBLIC_URL, TWILIO_AUTH_TOKEN"):
        Settings.from_env({}).need("public_url", "twilio_auth_token")
