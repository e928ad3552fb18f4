"""The start: what works before there is an environment, how one is made and repaired, and what is refused in one line.

Each test runs a real process on a copy of the start; its locks are empty, so nothing is fetched.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from web import bootstrap, cli
from web.commands import checks, testing

ROOT = Path(__file__).resolve().parents[1]
BASE = getattr(sys, "_base_executable", sys.executable)
START = (
    "web/__init__.py",
    "web/__main__.py",
    "web/bootstrap.py",
    "web/cli.py",
    "web/failure.py",
    "web/settings.py",
    "web/commands/__init__.py",
)
WORDS = ("matcher/__init__.py", "matcher/vocabulary.py")
DOCTOR = """
import sys
from web.failure import Failure
def doctor(args):
    if args.data.name == "broken":
        raise Failure("the folder is broken")
    print(sys.prefix, args.data)
    return 0
"""


@pytest.fixture
def copy(tmp_path):
    """A copy of the start with empty locks and one command that says where it runs."""
    root = tmp_path / "copy"
    for name in (*START, *WORDS):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    for lock in (cli.RUNTIME, cli.TEST, bootstrap.UV_LOCK):
        (root / lock).write_text("")
    (root / "web/commands/data.py").write_text(DOCTOR)
    return root


def start(root, *words, python=(BASE,), cwd=None, **values):
    """Run `python3 -m web` of *root* without the environment of these tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TEMU_", "VIRTUAL_"))}
    return subprocess.run(
        [*python, "-m", "web", *words],
        cwd=cwd or root,
        env={**kept, **values},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def lines(text):
    return [line for line in text.splitlines() if line.strip()]


# --- before there is an environment ----------------------------------------------------------------------------------


def test_help_lists_every_command_without_any_package(copy):
    said = start(copy, "--help", python=(BASE, "-S"))
    assert said.returncode == 0, said.stderr
    listed = re.findall(r"^ {4}(\w+)(?: |$)", said.stdout, re.MULTILINE)
    assert listed == [command.name for command in cli.COMMANDS]
    assert not (copy / ".venv").exists()


@pytest.mark.parametrize("command", cli.COMMANDS, ids=lambda command: command.name)
def test_every_command_explains_itself_in_both_languages_and_takes_a_data_folder(command, capsys):
    with pytest.raises(SystemExit) as left:
        cli.parse([command.name, "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert left.value.code == 0
    assert " ".join(f"{command.words.id} / {command.words.en}".split()) in said
    assert "--data DIR" in said


def test_an_old_python_is_told_which_one_is_needed(copy):
    old = (
        "import sys; sys.version_info = (3, 8, 0); sys.version = '3.8.0 (old)'; import runpy; "
        "sys.path[0:0] = ['.']; runpy.run_module('web', run_name='__main__')"
    )
    said = subprocess.run([BASE, "-c", old], cwd=copy, capture_output=True, text=True, check=False)
    assert said.returncode == 2
    assert "Python 3.11" in said.stderr
    assert "3.8.0" in said.stderr
    assert "Traceback" not in said.stderr


def test_the_first_files_read_hold_no_word_newer_than_python_3_6():
    import ast

    for name in ("web/__init__.py", "web/__main__.py"):
        source = (ROOT / name).read_text("utf-8")
        ast.parse(source, feature_version=(3, 6))
        assert "from __future__ import annotations" not in source


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (["bogus"], "bogus"),
        (["--port", "0"], "--port"),
        (["serve", "--port", "70000"], "--port"),
        (["serve", "--port", "http"], "--port"),
        (["match", "--as-of", "2015-02-30"], "2015-02-30"),
        (["match", "--as-of", "25/03/2015"], "25/03/2015"),
        (["match", "--nothing"], "--nothing"),
        (["init", "--meeting", "--empty"], "--empty"),
        (["init", "--seed", "-1"], "-1"),
        (["read", "no-such-file.txt"], "no-such-file.txt"),
        (["import", "people", "x.csv"], "people"),
        (["--data", "web/cli.py", "doctor"], "web/cli.py"),
        (["--data"], "--data"),
    ],
    ids=" ".join,
)
def test_a_wrong_word_is_refused_in_one_line_before_anything_is_made(copy, words, cause):
    said = start(copy, *words)
    assert said.returncode == 2
    assert len(lines(said.stderr)) == 1
    assert cause in said.stderr
    assert not (copy / ".venv").exists()


@pytest.mark.parametrize(
    ("words", "name", "data"),
    [
        ([], "serve", "data"),
        (["--port", "8123"], "serve", "data"),
        (["--data", "there"], "serve", "there"),
        (["--data=there", "match"], "match", "there"),
        (["match", "--data", "there"], "match", "there"),
    ],
)
def test_the_site_is_the_default_and_the_data_folder_may_stand_before_or_after(
    monkeypatch, tmp_path, words, name, data
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEMU_MITRA_DATA", str(tmp_path / "data"))
    args = cli.parse(words)
    assert (args.name, args.data) == (name, tmp_path / data)


def test_a_wrong_setting_is_refused_in_one_line_that_names_it(copy):
    said = start(copy, "doctor", TEMU_MITRA_DATA=str(copy / "web/cli.py"))
    assert said.returncode == 2
    assert len(lines(said.stderr)) == 1
    assert "TEMU_MITRA_DATA" in said.stderr


def test_what_test_does_not_know_goes_on_to_pytest_in_order():
    assert cli.parse(["test", "-q", "-k", "one and two", "tests/test_x.py"]).rest == [
        "-q", "-k", "one and two", "tests/test_x.py",
    ]  # fmt: skip


# --- the environment -------------------------------------------------------------------------------------------------


def test_the_first_start_makes_the_environment_and_the_second_says_nothing(copy):
    once = start(copy, "doctor")
    assert once.returncode == 0, once.stderr
    assert once.stdout.split()[0] == str(copy / ".venv")
    assert "first time only" in once.stderr
    assert start(copy, "doctor").stderr == ""


def test_it_starts_from_another_folder_and_relative_names_are_meant_from_there(copy, tmp_path):
    said = start(copy, "doctor", "--data", "mine", cwd=tmp_path, PYTHONPATH=str(copy))
    assert said.returncode == 0, said.stderr
    assert said.stdout.split() == [str(copy / ".venv"), str(tmp_path / "mine")]


def half_made(copy):
    (copy / ".venv").mkdir()


def without_python(copy):
    start(copy, "doctor")
    for python in (copy / ".venv/bin").glob("python*"):
        python.unlink()


def without_packages_folder(copy):
    start(copy, "doctor")
    shutil.rmtree(copy / ".venv/lib")


def interrupted(copy):
    start(copy, "doctor")
    (copy / ".venv/ready-requirements.lock").unlink()


@pytest.mark.skipif(os.name == "nt", reason="the folders are named otherwise on Windows")
@pytest.mark.parametrize("damage", [half_made, without_python, without_packages_folder, interrupted])
def test_a_damaged_environment_is_repaired(copy, damage):
    damage(copy)
    said = start(copy, "doctor")
    assert said.returncode == 0, said.stderr
    assert "Environment ready" in said.stderr
    assert start(copy, "doctor").stderr == ""


def test_a_changed_lock_is_installed_at_the_next_start(copy):
    start(copy, "doctor")
    (copy / cli.RUNTIME).write_text("# changed\n")
    assert "list of packages changed" in start(copy, "doctor").stderr


def test_two_first_starts_at_once_make_one_environment(copy):
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: start(copy, "doctor"), range(2)))
    assert [said.returncode for said in both] == [0, 0]
    assert sum("Making .venv" in said.stderr for said in both) == 1


def test_what_the_tests_installed_need_not_be_installed_again_to_serve(copy):
    environment = bootstrap.Environment(copy)
    environment.prepare(cli.TEST)
    assert start(copy, "doctor").stderr == ""


def test_without_venv_one_sentence_names_the_package_that_brings_it(copy, tmp_path):
    (tmp_path / "less").mkdir()
    (tmp_path / "less/venv.py").write_text("raise SystemExit('No module named venv')\n")
    said = start(copy, "doctor", PYTHONPATH=str(tmp_path / "less"))
    assert said.returncode == 2
    assert "sudo apt install python3-venv" in said.stderr
    assert "Traceback" not in said.stderr
    assert not (copy / ".venv").exists()


def test_without_any_pip_one_sentence_names_the_package_that_brings_it(copy, tmp_path):
    (tmp_path / "less").mkdir()
    for name in ("pip", "ensurepip"):
        (tmp_path / f"less/{name}.py").write_text("raise SystemExit(1)\n")
    said = start(copy, "doctor", PYTHONPATH=str(tmp_path / "less"), TEMU_MITRA_PIP_ONLY="1")
    assert said.returncode == 2
    assert "sudo apt install python3-venv" in said.stderr
    assert not (copy / ".venv").exists()


def test_with_pip_alone_the_environment_stands_too(copy):
    said = start(copy, "doctor", TEMU_MITRA_PIP_ONLY="1")
    assert said.returncode == 0, said.stderr
    assert said.stdout.split()[0] == str(copy / ".venv")


def test_a_package_that_cannot_be_fetched_is_said_with_the_cure(copy):
    (copy / cli.RUNTIME).write_text(f"no-such-package-here==1 --hash=sha256:{'0' * 64}\n")
    closed = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")
    said = start(copy, "doctor", UV_HTTP_RETRIES="0", PIP_RETRIES="0", **closed)
    assert said.returncode == 2
    assert "Check the internet connection" in said.stderr
    assert "Traceback" not in said.stderr
    assert not (copy / ".venv/ready-requirements.lock").exists()


def test_a_place_that_cannot_be_written_is_said_with_its_name(copy):
    (copy / ".venv").write_text("a file where the folder should be")
    said = start(copy, "doctor")
    assert said.returncode == 2
    assert str(copy / ".venv") in said.stderr
    assert "Traceback" not in said.stderr


def test_an_incomplete_copy_is_said_with_the_missing_file(copy):
    (copy / cli.RUNTIME).unlink()
    said = start(copy, "doctor")
    assert said.returncode == 2
    assert cli.RUNTIME in said.stderr


def test_the_setting_leaves_the_environment_alone(copy):
    said = start(copy, "doctor", TEMU_MITRA_NO_BOOTSTRAP="1")
    assert said.returncode == 0
    assert not (copy / ".venv").exists()


def test_what_a_command_cannot_do_is_one_line_and_exit_code_2(copy):
    said = start(copy, "doctor", "--data", "broken", TEMU_MITRA_NO_BOOTSTRAP="1")
    assert (said.returncode, said.stderr) == (2, "python3 -m web: the folder is broken\n")


def test_a_package_that_is_not_there_is_named(copy):
    (copy / "web/commands/data.py").write_text("import no_such_package_here\n")
    said = start(copy, "doctor", TEMU_MITRA_NO_BOOTSTRAP="1")
    assert said.returncode == 2
    assert "no_such_package_here" in lines(said.stderr)[0]
    assert len(lines(said.stderr)) == 1


# --- what the tests themselves need ----------------------------------------------------------------------------------

FETCH = "from web.commands import testing; testing.provide_browser(); print(testing.find_browser())"


@pytest.mark.skipif(not testing.is_root_on_debian(), reason="only root on Debian installs packages")
def test_a_missing_browser_is_announced_and_then_installed(tmp_path):
    chromium = tmp_path / "chromium"
    (tmp_path / "apt-get").write_text(
        f"#!/bin/sh\n[ $1 = install ] && printf '#!/bin/sh' >{chromium} && /bin/chmod +x {chromium}\n"
    )
    (tmp_path / "apt-get").chmod(0o755)
    said = subprocess.run(
        [sys.executable, "-c", FETCH],
        cwd=ROOT,
        env={"PATH": str(tmp_path), "PYTHONPATH": str(ROOT), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "apt-get" in said.stderr
    assert said.stdout.strip() == str(chromium)


@pytest.mark.parametrize("ci", ["", "true"])
def test_without_a_browser_the_tests_are_skipped_with_the_cure_and_under_ci_they_fail(tmp_path, ci):
    (tmp_path / "test_one.py").write_text("def test_one(page): assert page\n")
    shutil.copy(ROOT / "tests/conftest.py", tmp_path)
    said = subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(tmp_path)],
        cwd=tmp_path,
        env={"PATH": "", "PYTHONPATH": str(ROOT), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path), "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "sudo apt install chromium" in said.stdout
    assert ("1 error" if ci else "1 skipped") in said.stdout


# --- the locks and the table -----------------------------------------------------------------------------------------


def pins(lock):
    """Name → the lines of every pin of a lock, hashes included; one name may be pinned once a Python."""
    found = {}
    for entry in re.split(r"\n(?=\S)", (ROOT / lock).read_text("utf-8").strip()):
        found.setdefault(entry.partition("==")[0], []).append(entry.strip())
    return found


@pytest.mark.parametrize("lock", [cli.RUNTIME, cli.TEST, bootstrap.UV_LOCK])
def test_every_line_of_a_lock_is_pinned_by_version_and_hash_and_names_no_host(lock):
    for entries in pins(lock).values():
        assert all(re.match(r"[a-z0-9-]+==\S+", entry) and "--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|--find-links|--index|--extra", (ROOT / lock).read_text("utf-8"))


def test_the_test_lock_holds_every_line_of_the_runtime_lock():
    runtime, test = (
        {name: [re.sub(r" ; [^\\]*", " ", entry) for entry in entries] for name, entries in pins(lock).items()}
        for lock in (cli.RUNTIME, cli.TEST)
    )  # a package that serves on one system only may be wanted by the tests on every one
    assert {name: entries for name, entries in runtime.items() if test.get(name) != entries} == {}


def test_every_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

    def names(wanted):
        return {re.match(r"[\w-]+", line)[0].lower() for line in wanted}

    assert names(project["project"]["dependencies"]) <= set(pins(cli.RUNTIME))
    assert names(project["dependency-groups"]["test"]) <= set(pins(cli.TEST))


@pytest.mark.parametrize("command", cli.COMMANDS, ids=lambda command: command.name)
def test_every_command_of_the_table_has_what_does_it(command):
    assert callable(command.load())


def test_a_check_that_does_not_exist_is_refused_and_the_others_named(copy):
    names = [row.name for row in checks.CHECKS]
    said = subprocess.run(
        [sys.executable, "-m", "web", "check", "bogus"],
        cwd=ROOT,
        env={**os.environ, "TEMU_MITRA_NO_BOOTSTRAP": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 2
    assert len(lines(said.stderr)) == 1
    assert all(name in said.stderr for name in names)
