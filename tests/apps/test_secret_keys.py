"""Secrets: drawn once, kept private, demanded in production."""

import stat

import pytest

from apps.secret_keys import GENERATED, SecretsMissing, complete


def test_drawn_once_and_readable_by_the_owner_only(tmp_path):
    first = complete({}, tmp_path, production=False)
    again = complete({}, tmp_path, production=False)
    assert first == again
    assert set(first) == set(GENERATED)
    assert len(set(first.values())) == len(GENERATED)
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600


def test_a_given_secret_is_not_replaced(tmp_path):
    assert "CARE_API_KEY" not in complete({"CARE_API_KEY": "mine"}, tmp_path, production=False)


def test_production_names_all_that_is_missing(tmp_path):
    with pytest.raises(SecretsMissing, match="ENGINE_TOKEN, WEB_SECRET, DATABASE_URL, PUBLIC_URL"):
        complete({"CARE_API_KEY": "mine"}, tmp_path, production=True)
    assert not (tmp_path / "secrets.env").exists()
