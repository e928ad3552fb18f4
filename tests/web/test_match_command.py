"""`match`: one line per open challenge, best first, in words and as JSON."""

from __future__ import annotations

import json
import shutil

import pytest
from sqlalchemy import select

from matcher.models import Challenge, Offer, Suggestion
from matcher.vocabulary import Band, Category, Certainty
from web import cli
from web.folder import Folder


@pytest.fixture(scope="module")
def meeting(tmp_path_factory):
    """The meeting's folder, made once."""
    path = tmp_path_factory.mktemp("match") / "meeting"
    Folder.open(path, make="meeting", announce=lambda _line: None).close()
    return path


@pytest.fixture
def match(meeting, tmp_path, capsys):
    """Runs `match` over a copy of the meeting."""
    data = tmp_path / "data"
    shutil.copytree(meeting, data)

    def command(*words):
        code = cli.run(cli.parse(["match", *words, "--data", str(data)]))
        told = capsys.readouterr()
        return code, told.out, told.err

    return command


def test_json_has_one_line_per_open_challenge_in_the_shape_that_was_agreed(match):
    code, out, _ = match("--json")
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [row["challenge"]["code"] for row in found] == [f"K-000{number}" for number in range(1, 7)]
    assert {row["challenge"]["category"] for row in found} == set(Category) - {Category.OTHER}
    for row in found:
        assert set(row) == {"challenge", "suggestions"}
        assert row["challenge"]["ref"] is None
        assert 0 < len(row["suggestions"]) <= 20
        for one in row["suggestions"]:
            assert set(one) >= {"offer", "score", "band", "certainty", "for", "against", "unknown"}
            assert one["offer"]["code"].startswith("T-")
            assert 0 <= one["score"] <= 100
            assert round(one["score"], 1) == one["score"]
            assert all(
                isinstance(reason, str) and reason for name in ("for", "against", "unknown") for reason in one[name]
            )


def test_offers_and_peers_stand_in_the_order_of_the_desk_what_is_ready_before_what_is_not(match, tmp_path):
    told = [json.loads(line) for line in match("--json")[1].splitlines()]
    folder = Folder.open(tmp_path / "data", make=None)
    with folder.reading() as session:
        rows = select(Challenge.code, Offer.code, Suggestion.rank).select_from(Suggestion)
        rows = rows.join(Challenge, Suggestion.challenge_id == Challenge.id).join(Offer)
        rank = {(challenge, offer): place for challenge, offer, place in session.execute(rows)}
    folder.close()
    for row in told:
        for kind in (False, True):
            mine = [one for one in row["suggestions"] if one["experience"] is kind]
            places = [rank[row["challenge"]["code"], one["offer"]["code"]] for one in mine]
            assert places == list(range(1, len(mine) + 1))
            assert [one["ready"] for one in mine] == sorted((one["ready"] for one in mine), reverse=True)


def test_the_shown_score_is_the_sum_of_its_parts(match):
    for line in match("--json")[1].splitlines():
        for one in json.loads(line)["suggestions"]:
            assert one["score"] == pytest.approx(sum(one["parts"].values()), abs=1e-9)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_bands_and_certainties_are_said_in_the_language_asked_for(match, lang):
    bands, sure = ({term.words.say(lang) for term in terms} for terms in (Band, Certainty))
    for line in match("--json", "--lang", lang)[1].splitlines():
        for one in json.loads(line)["suggestions"]:
            assert one["band"] in bands
            assert one["certainty"] in sure


def test_a_library_that_solved_it_is_suggested_as_experience(match):
    space = next(
        row for row in map(json.loads, match("--json")[1].splitlines()) if row["challenge"]["category"] == "space"
    )
    peers = [one["offer"]["giver"] for one in space["suggestions"] if one["experience"]]
    assert "Perpustakaan Desa Cahaya Ilmu" in peers


def test_one_challenge_can_be_asked_for_by_its_code(match):
    found = match("--json", "--challenge", "k-0003")[1].splitlines()
    assert [json.loads(line)["challenge"]["code"] for line in found] == ["K-0003"]


def test_a_challenge_that_is_not_there_is_one_clear_line(match):
    code, out, err = match("--challenge", "K-9999")
    assert (code, out) == (2, "")
    assert "K-9999" in err
    assert err.count("\n") == 1


def test_on_a_later_day_what_has_run_out_is_no_longer_suggested(match):
    later = [json.loads(line) for line in match("--json", "--as-of", "2016-06-01")[1].splitlines()]
    offers = {one["offer"]["code"] for row in later for one in row["suggestions"]}
    assert "T-0011" not in offers  # until 31 December 2015
    assert any(row["suggestions"] for row in later)  # experience has no end


def test_a_challenge_without_an_offer_still_has_its_line(match, tmp_path):
    from matcher import standing

    folder = Folder.open(tmp_path / "data", make=None)
    with folder.writing() as session:
        from matcher.models import Offer

        for offer in session.scalars(select(Offer)).all():
            standing.pause_offer(session, offer, by=folder.system(session), at=folder.now(session))
    folder.close()
    found = [json.loads(line) for line in match("--json")[1].splitlines()]
    assert [row["suggestions"] for row in found] == [[]] * 6
    assert "belum ada tawaran yang cocok" in match()[1]


def test_the_text_names_challenge_offer_band_and_reasons(match):
    out = match()[1]
    assert out.startswith("K-0001 Komputer: Komputer kurang (3 unit). Perpustakaan Desa Cahaya Ilmu\n")
    assert "Coca Cola Foundation Indonesia" in out
    assert "mendukung: sama-sama komputer" in out
    assert "dari 100)" in out


def test_matching_twice_leaves_the_same_suggestions(match, tmp_path):
    def stored():
        folder = Folder.open(tmp_path / "data", make=None)
        with folder.reading() as session:
            rows = session.execute(
                select(Suggestion.challenge_id, Suggestion.offer_id, Suggestion.score, Suggestion.rank)
            )
            found = sorted(map(tuple, rows))
        folder.close()
        return found

    match()
    before = stored()
    assert match("--json")[1] == match("--json")[1]
    assert stored() == before
