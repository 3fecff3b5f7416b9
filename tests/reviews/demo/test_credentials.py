"""The files with the demo's passwords and key."""

import stat

from reviews.demo.credentials import (
    ACCOUNTS_FILE,
    KEY_FILE,
    passwords_for,
    read_api_key,
    write_api_key,
)
from reviews.demo.people import AT_THE_SCREEN


def test_passwords_are_made_once_and_read_again(tmp_path):
    first = passwords_for(AT_THE_SCREEN, existing=(), data_dir=tmp_path)

    assert first.keys() == {person.username for person in AT_THE_SCREEN}
    assert len(set(first.values())) == len(first)
    assert passwords_for(AT_THE_SCREEN, existing=(), data_dir=tmp_path) == first


def test_only_the_owner_can_read_the_files(tmp_path):
    passwords_for(AT_THE_SCREEN, existing=(), data_dir=tmp_path)
    write_api_key("prefix.secret", data_dir=tmp_path)

    for name in (ACCOUNTS_FILE, KEY_FILE):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {ACCOUNTS_FILE, KEY_FILE}


def test_the_key_is_kept_and_there_is_none_at_first(tmp_path):
    assert read_api_key(tmp_path) is None

    write_api_key("prefix.secret", data_dir=tmp_path)

    assert read_api_key(tmp_path) == "prefix.secret"


def test_no_password_is_made_up_for_an_account_that_exists(tmp_path):
    rest = passwords_for(AT_THE_SCREEN, existing={"demo-reviewer"}, data_dir=tmp_path)

    assert "demo-reviewer" not in rest
    assert len(rest) == len(AT_THE_SCREEN) - 1
