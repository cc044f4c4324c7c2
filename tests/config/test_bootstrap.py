"""Setting up on a bare machine, without really installing anything."""

import sys

import pytest

from config import bootstrap


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A checkout without an environment; what would be run is written down instead."""
    for name in ("requirements.txt", "lock.txt", "dev.txt", "scale.txt"):
        (tmp_path / name).write_text(name)
    lists = {"run": "requirements.txt", "dev": "dev.txt", "scale": "scale.txt"}
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "HOME", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "LOCK", tmp_path / "lock.txt")
    monkeypatch.setattr(bootstrap, "SETS", {name: tmp_path / file for name, file in lists.items()})
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    monkeypatch.delenv("LEADLOOM_NO_BOOTSTRAP", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    commands: list[list[str]] = []
    monkeypatch.setattr(
        bootstrap, "_runs", lambda *words, **_: commands.append([str(w) for w in words]) or True
    )
    monkeypatch.setattr(bootstrap.os, "execv", lambda *words: commands.append(["execv", *words[1]]))
    return commands


def test_a_bare_machine_gets_an_environment_and_the_command_runs_in_it(bare):
    bootstrap.ensure(["manage.py", "up"])
    assert bare[0][1:3] == ["-m", "venv"]
    assert any("uv" in words[0] and "install" in words for words in bare)
    assert bare[-1][0] == "execv"
    assert bare[-1][-2:] == ["manage.py", "up"]


def test_the_second_start_installs_nothing(bare):
    bootstrap.ensure(["manage.py", "up"])
    bare.clear()
    bootstrap.ensure(["manage.py", "up"])
    assert [words[0] for words in bare] == ["execv"]


def test_a_changed_list_is_installed_again(bare, tmp_path):
    bootstrap.ensure(["manage.py", "up"])
    (tmp_path / "requirements.txt").write_text("one more")
    bare.clear()
    bootstrap.ensure(["manage.py", "up"])
    assert any(str(tmp_path / "requirements.txt") in words for words in bare)


def test_tests_bring_their_own_packages(bare, tmp_path):
    bootstrap.ensure(["manage.py", "test"])
    assert any(str(tmp_path / "dev.txt") in words for words in bare)


def test_redis_brings_the_packages_of_the_larger_sizes(bare, tmp_path):
    (tmp_path / ".env").write_text("REDIS_URL=redis://cache/0\n")
    bootstrap.ensure(["manage.py", "up"])
    assert any(str(tmp_path / "scale.txt") in words for words in bare)


def test_a_foreign_environment_is_left_alone(bare, monkeypatch):
    monkeypatch.setattr(sys, "prefix", "/opt/their-own")
    bootstrap.ensure(["manage.py", "up"])
    assert bare == []


def test_containers_can_switch_it_off(bare, monkeypatch):
    monkeypatch.setenv("LEADLOOM_NO_BOOTSTRAP", "1")
    bootstrap.ensure(["manage.py", "up"])
    assert bare == []


def test_pip_helps_out_where_uv_cannot(bare, monkeypatch):
    def refuse_uv(*words, **_):
        bare.append([str(word) for word in words])
        return "uv" not in str(words[0])

    monkeypatch.setattr(bootstrap, "_runs", refuse_uv)
    bootstrap.ensure(["manage.py", "up"])
    assert bare[-2][1:3] == ["-m", "pip"]
    assert bare[-1][0] == "execv"


def test_a_system_without_venv_is_told_what_to_install(bare, monkeypatch):
    monkeypatch.setattr(bootstrap, "_runs", lambda *words, **_: False)
    with pytest.raises(SystemExit, match="python3-venv"):
        bootstrap.ensure(["manage.py", "up"])


def test_an_old_python_is_named(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11"):
        bootstrap.ensure(["manage.py", "up"])
