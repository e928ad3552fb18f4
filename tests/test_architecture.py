"""The structure checks itself: the arrow, the guards, the words, and what the README promises."""

from __future__ import annotations

import ast
import inspect
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher import errors as refusals
from matcher import explaining, factors, log, policy, shares, sharing, vocabulary
from matcher.errors import MatcherError
from matcher.vocabulary import TRACE, TRANSITIONS, Term, Words
from web import cli, settings
from web import errors as answers

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = sorted(path for folder in ("matcher", "web", "seeds") for path in (ROOT / folder).rglob("*.py"))
USE_CASES = [path for path in sorted((ROOT / "matcher").rglob("*.py")) if "migrations" not in path.parts]


def _vocabularies() -> list[type[Term]]:
    found = [*vars(vocabulary).values(), *vars(policy).values()]
    return [value for value in found if inspect.isclass(value) and issubclass(value, Term) and value is not Term]


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def _complete(words: Words) -> bool:
    return bool(words.id and words.en) and _placeholders(words.id) == _placeholders(words.en)


def _calls(path: Path) -> Iterator[ast.Call]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("terms", _vocabularies(), ids=lambda terms: terms.__name__)
def test_every_member_of_every_vocabulary_has_words_in_both_languages(terms: type[Term]) -> None:
    assert [member.name for member in terms if not _complete(member.words)] == []


@pytest.mark.parametrize(
    "table",
    [
        {code: unit.words for code, unit in vocabulary.UNITS.items()},
        {factor.name: factor.words for factor in factors.FACTORS},
        explaining.REASONS,
        shares.NOTES | shares.HINDRANCES | sharing.ABSENCES,
        TRACE,
        answers.WORDS,
        {setting.name: setting.words for setting in settings.SETTINGS},
        {command.name: command.words for command in cli.COMMANDS},
    ],
    ids=["units", "factors", "reasons", "shares", "trace", "refusals", "settings", "commands"],
)
def test_every_row_of_every_table_has_words_in_both_languages(table: dict[str, Words]) -> None:
    assert [name for name, words in table.items() if not _complete(words)] == []


def _refusals() -> list[type[MatcherError]]:
    found = [value for value in vars(refusals).values() if inspect.isclass(value) and issubclass(value, MatcherError)]
    return [error for error in found if error is not MatcherError]


@pytest.mark.parametrize("error", _refusals(), ids=lambda error: error.__name__)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_refusal_has_a_sentence_even_when_it_knows_nothing(error: type[MatcherError], lang: str) -> None:
    sentence = answers.sentence(error(), lang)
    assert sentence
    assert "{" not in sentence


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [error.code for error in _refusals()]
    assert len(codes) == len(set(codes))
    assert set(codes) == set(answers.WORDS)


def test_the_ten_reasons_have_the_ten_digits() -> None:
    assert sorted(reason.key for reason in vocabulary.Refusal) == list("0123456789")


def _literal_events() -> set[str]:
    """Events that the use cases write down as plain words."""
    found = set()
    for path in USE_CASES:
        for call in _calls(path):
            named = isinstance(call.func, ast.Attribute) and call.func.attr == "record"
            if named and len(call.args) > 2 and isinstance(call.args[2], ast.Constant):
                found.add(call.args[2].value)
    return found


def test_every_event_of_the_log_can_be_read_in_a_history() -> None:
    moves = {row.move.value for row in TRANSITIONS}
    proofs = {kind.value for kind in vocabulary.ProofKind if kind is not vocabulary.ProofKind.VERIFICATION}
    consents = {f"consent_{side.value}" for side in vocabulary.Side}
    assert _literal_events() | moves | proofs | consents <= set(TRACE)


# --- the arrow -------------------------------------------------------------------------------------------------------


def test_imports_run_downward_only() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "importlinter.cli"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if "No module named" in done.stderr:  # the command's module changed its name
        done = subprocess.run(
            [str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_web_process_loads_no_scikit_learn() -> None:
    code = "import sys, web.app; print([name for name in ('sklearn', 'joblib') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize("path", USE_CASES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_product_never_commits_and_never_reads_a_clock(path: Path) -> None:
    called = {call.func.attr for call in _calls(path) if isinstance(call.func, ast.Attribute)}
    assert not called & {"commit", "now", "utcnow"}
    assert "time.time" not in path.read_text(encoding="utf-8")


def test_every_module_says_what_it_owns() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in PRODUCT
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_states_are_written_by_one_function_only() -> None:
    """No code outside the log assigns to ``state``."""
    guilty = []
    for path in PRODUCT:
        if path == ROOT / "matcher" / "log.py" or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AugAssign)
                else []
            )
            guilty += [str(path) for target in targets if isinstance(target, ast.Attribute) and target.attr == "state"]
    assert guilty == []


# --- guards ----------------------------------------------------------------------------------------------------------


def test_every_role_and_every_action_stands_in_the_table() -> None:
    assert set(policy.ALLOWED) == set(policy.Role)
    assert set().union(*policy.ALLOWED.values()) == set(policy.Action)


def test_every_subject_of_the_log_is_a_table() -> None:
    assert set(log.TABLES) == set(vocabulary.Subject)


def test_templates_never_switch_escaping_off() -> None:
    for path in (ROOT / "web" / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false|\sstyle=|\son\w+=|<style(?!>\{\{ css \}\})", text), path


# --- the README ------------------------------------------------------------------------------------------------------

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", cli.COMMANDS, ids=lambda command: command.name)
def test_the_readme_names_every_command(command: cli.Command) -> None:
    assert f"`{command.name}" in README


@pytest.mark.parametrize("setting", settings.SETTINGS, ids=lambda setting: setting.variable)
def test_the_readme_names_every_setting(setting: settings.Setting) -> None:
    assert f"`{setting.variable}`" in README


def test_the_readme_names_every_package_that_serving_asks_for() -> None:
    import tomllib

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = [re.split(r"[^A-Za-z0-9_.-]", line)[0] for line in wanted]
    said = README.lower().replace("-", "").replace("_", "")
    assert [name for name in names if name.lower().replace("-", "").replace("_", "") not in said] == []


def test_the_top_level_holds_nothing_else() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    allowed = {
        "matcher", "web", "seeds", "tests", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md",
        "requirements.lock", "requirements-test.lock",
    }  # fmt: skip
    assert {name.split("/")[0] for name in listed if not name.startswith(".")} <= allowed
