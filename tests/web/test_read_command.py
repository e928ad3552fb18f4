"""`read`: what a text says, for a person and as one line of JSON a text."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import docx
import pytest

from web import cli

MINUTES = Path(__file__).parents[2] / "seeds" / "sources" / "2015-03-plm-sukabumi.md"
NEED = {"id": 7, "text": "Perpustakaan kami di Desa Pasawahan Kec. Cicurug butuh 3 unit komputer"}
KEYS = ["id", "kind", "categories", "sector", "quantities", "places", "urgency", "confidence"]


@pytest.fixture
def read(tmp_path, capsys):
    """Runs `read` without a data folder."""

    def command(*words):
        code = cli.run(cli.parse(["read", *map(str, words), "--data", str(tmp_path / "no-data")]))
        told = capsys.readouterr()
        return code, told.out, told.err

    return command


def lines_in(path, *lines):
    path.write_bytes(
        b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines) + b"\n"
    )
    return path


def test_the_minutes_give_their_six_challenges_their_stakeholders_and_places(read):
    code, out, _ = read(MINUTES)
    assert code == 0
    for heading in ("Tantangan (", "Keberhasilan (", "Pemangku kepentingan (", "Tempat ("):
        assert heading in out
    for category in ("Komputer", "Internet", "Koleksi buku", "Ruang & perabot", "Dana operasional", "Tenaga pengelola"):
        assert f"[{category}]" in out
    assert "Bank Jabar [BUMN/BUMD]" in out
    assert "32.02.16.2005" in out


def test_the_same_is_told_in_english_when_asked(read):
    assert read(MINUTES, "--lang", "en")[1].startswith("Challenges (")


def test_each_line_gives_one_line_of_json_in_the_shape_that_was_agreed(read, tmp_path):
    gift = {"id": "b", "text": "PT Contoh siap menyumbang 5 laptop"}
    code, out, err = read(lines_in(tmp_path / "a.jsonl", NEED, gift), "--jsonl")
    need, offer = map(json.loads, out.splitlines())
    assert (code, err) == (0, "")
    assert list(need) == list(offer) == KEYS
    assert (need["id"], need["kind"], need["categories"], need["sector"]) == (7, "challenge", ["computers"], None)
    assert need["quantities"] == [{"category": "computers", "amount": 3, "unit": "unit", "role": "need"}]
    assert need["places"] == ["32.02.16.2005"]
    assert (offer["id"], offer["kind"], offer["sector"]) == ("b", "offer", "private")
    assert offer["quantities"][0]["role"] == "give"


def test_bad_lines_are_told_by_number_and_the_others_still_come_out(read, tmp_path):
    bad = (b"not json", b'{"id": 1}', b'["x"]', b'{"id": 2, "text": 5}', b"\xff\xfe", b"[" * 100_000)
    code, out, err = read(lines_in(tmp_path / "a.jsonl", NEED, *bad, b"", NEED), "--jsonl")
    assert code == 1
    assert len(out.splitlines()) == 2
    assert [line.split(":")[0] for line in err.splitlines()] == [f"Baris {number}" for number in range(2, 8)]


def test_strange_texts_are_read_politely(read, tmp_path):
    texts = ("", " ", "\0\0", "😀" * 50, "\u202eabc", "x" * 100_000, "butuh " * 20_000, "\ud800")
    file = lines_in(tmp_path / "a.jsonl", *({"id": text[:2], "text": text} for text in texts))
    code, out, _ = read(file, "--jsonl")
    assert code == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == [text[:2] for text in texts]


def test_the_words_that_decided_are_shown_when_asked(read, tmp_path):
    (tmp_path / "a.txt").write_text(NEED["text"], encoding="utf-8")
    code, out, _ = read(tmp_path / "a.txt", "--explain")
    assert code == 0
    assert "karena tertulis" in out
    assert "komputer" in out
    line = json.loads(read(lines_in(tmp_path / "a.jsonl", NEED), "--jsonl", "--explain")[1])
    assert "komputer" in line["explain"]


def test_a_word_file_and_an_old_encoding_are_read(read, tmp_path):
    document = docx.Document()
    document.add_paragraph(NEED["text"])
    document.save(tmp_path / "a.docx")
    (tmp_path / "b.txt").write_bytes(("Café – " + NEED["text"]).encode("cp1252"))
    for name in ("a.docx", "b.txt"):
        assert "Pasawahan" in read(tmp_path / name)[1]


def test_a_text_may_come_in_on_the_pipe(read, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(NEED["text"].encode())))
    assert "Pasawahan" in read("-")[1]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(NEED).encode())))
    assert json.loads(read("-", "--jsonl")[1])["kind"] == "challenge"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [("a.txt", b"", "kosong"), ("a.txt", b"\x89PNG\0\0", "bukan berkas teks"), ("a.docx", b"no", "bukan berkas teks")],
    ids=["empty", "a picture", "no Word file"],
)
def test_a_bad_file_is_one_clear_line(read, tmp_path, name, content, told):
    (tmp_path / name).write_bytes(content)
    code, out, err = read(tmp_path / name)
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1


def test_a_missing_file_is_one_clear_line(read, tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        read(tmp_path / "no.txt")
    assert left.value.code == 2
    assert "berkas tidak ada" in capsys.readouterr().err


def test_reading_makes_no_data_folder(read, tmp_path):
    read(MINUTES)
    assert not (tmp_path / "no-data").exists()
