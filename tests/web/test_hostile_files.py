"""Files that lie, bombs and things that are no tables: each is told in words, and the next good file is read."""

from __future__ import annotations

import io
import random
import struct
import sys
import tempfile
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import files
from web.exchange import opening, sandbox, sheets
from web.exchange.headings import known
from web.exchange.refusals import BadFile

MEGABYTE = 2**20
HEAD = ("Ref", "Perpustakaan", "Desa", "Kebutuhan", "Jumlah")
ROW = ("A1", "Perpusdes Mawar", "Sukamaju", "Komputer kurang", 3)
GOOD = files.xlsx([HEAD, ROW])
TEXT = ",".join(HEAD) + "\n" + ",".join(map(str, ROW)) + "\n"
LINES = files.inline(HEAD, [str(cell) for cell in ROW])


def ours(names):
    return known(names, "challenges")


def read(folder, data, name="a.xlsx", **options):
    """What the service makes of an upload."""
    path = folder / "upload"
    path.write_bytes(data)
    return sheets.read(path, ours, name=name, **{"limits": sheets.UPLOAD, **options})


# --- files that lie --------------------------------------------------------------------------------------------------


def patched(data, name, at, value):
    """The archive with a number overwritten in its directory's entry of *name*."""
    start = data.rindex(b"PK\x01\x02", 0, data.rindex(name.encode()))
    return data[: start + at] + value + data[start + at + len(value) :]


def lying_size(data):
    """The directory says one byte where megabytes follow."""
    return patched(data, "xl/a.xml", 24, struct.pack("<I", 1))


def overlapping():
    """Parts that all stand in one place."""
    made = io.BytesIO(files.with_parts(GOOD, xl__a_dot_xml=b"<a/>" * 2**8))
    with zipfile.ZipFile(made, "a") as archive:
        for number in range(3):
            again = zipfile.ZipInfo(f"xl/b{number}.xml")
            first = archive.getinfo("xl/a.xml")
            again.header_offset, again.CRC = first.header_offset, first.CRC
            again.compress_size, again.file_size, again.compress_type = (
                first.compress_size, first.file_size, first.compress_type
            )  # fmt: skip
            archive.filelist.append(again)
            archive.NameToInfo[again.filename] = again
        archive._didModify = True
    return made.getvalue()


def twice_named():
    made = io.BytesIO(GOOD)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(made, "a") as archive:
        archive.writestr("xl/workbook.xml", files.unzipped(GOOD)["xl/workbook.xml"])
    return made.getvalue()


def linked():
    made = io.BytesIO(GOOD)
    with zipfile.ZipFile(made, "a") as archive:
        link = zipfile.ZipInfo("xl/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return made.getvalue()


def nested():
    """An archive in an archive in an archive."""
    inner = b"\0" * 40 * MEGABYTE
    for depth in range(3):
        inner = files.zipped({f"{depth}.zip": inner})
    return files.with_parts(GOOD, xl__media__a_dot_zip=inner, xl__media__b_dot_bin=b"\0" * 60 * MEGABYTE)


def marked_encrypted():
    start = GOOD.rindex(b"PK\x01\x02", 0, GOOD.rindex(b"xl/workbook.xml"))
    return GOOD[: start + 8] + b"\x01\x00" + GOOD[start + 10 :]


def declared(data, content):
    """The archive, its list of types saying this as well."""
    types = files.unzipped(data)["[Content_Types].xml"].replace(b"</Types>", content + b"</Types>")
    return files.zipped({**files.unzipped(data), "[Content_Types].xml": types})


def laughs(kind):
    """Entities that multiply, or fetch."""
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    entity = {
        "laughs": f'<!ENTITY a0 "ha">{bomb}',
        "external": '<!ENTITY a9 SYSTEM "file:///etc/passwd">',
        "quadratic": f'<!ENTITY a9 "{"x" * 100_000}">',
    }[kind]
    return f"<!DOCTYPE x [{entity}]>"


def sheet(data, **options):
    return files.raw_xlsx(files.sheet_xml(data, **options))


def far(place):
    number = "".join(filter(str.isdigit, place))
    return sheet(f'{LINES}<row r="{number}"><c r="{place}"><v>1</v></c></row>')


def word():
    made = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Laporan")
    document.save(made)
    return made.getvalue()


def noise(count, seed=1):
    return random.Random(seed).randbytes(count)


def amplified():
    """One long text said a hundred thousand times, in a file that does not compress well."""
    texts = [noise(12_000, seed).hex() for seed in range(100)]
    row = "<row>" + "".join(f'<c t="s"><v>{n}</v></c>' for n in range(100)) + "</row>"
    return files.raw_xlsx(files.sheet_xml(row * 1000), strings=files.strings_xml(*texts))


def shared():
    """Texts that nobody uses, three million of them."""
    return files.raw_xlsx(files.sheet_xml(LINES), strings=files.strings_xml(*[""] * 3_000_000))


def repeated(rows="1", columns="1"):
    cell = files.ods_cell("x", more=f' table:number-columns-repeated="{columns}"')
    row = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'
    return files.ods(files.ods_rows(HEAD, ROW) + row)


OLD = files.xls([HEAD, ROW])
BOOK = files.biff([HEAD, ROW])
MACRO_TYPE = b'<Override PartName="/xl/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
MACRO_BOOK = b'<Default Extension="x" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>'
OLE_RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/oleObject" Target="../x.bin"/>'
    "</Relationships>"
)

#: What it is → its name, its bytes, and what the sentence must say.
HOSTILE = {
    # bombs
    "zeros": ("a.xlsx", lambda: files.with_parts(GOOD, xl__media__a_dot_bin=b"\0" * 51 * MEGABYTE), "mengembang"),
    "dense XML": ("a.xlsx", lambda: files.with_parts(GOOD, xl__a_dot_xml=b"<a/>" * 2**22), "mengembang"),
    "archives in archives": ("a.xlsx", nested, "mengembang"),
    "a directory that lies": (
        "a.xlsx", lambda: lying_size(files.with_parts(GOOD, xl__a_dot_xml=b"<a/>" * 2**22)), "rusak|mengembang"),
    "parts over one another": ("a.xlsx", overlapping, "mengembang"),
    "five hundred parts": (
        "a.xlsx", lambda: files.with_parts(GOOD, **{f"xl__a{n}_dot_xml": "<a/>" for n in range(500)}), "mengembang"),
    "shared texts for nobody": ("a.xlsx", shared, "mengembang"),
    "one text a hundred thousand times": ("a.xlsx", amplified, "mengembang"),
    "an ods of zeros": (
        "a.ods", lambda: files.ods(files.ods_rows(HEAD, ROW), parts={"a.bin": b"\0" * 60 * MEGABYTE}), "mengembang"),
    # XML
    "a billion laughs": ("a.xlsx", lambda: files.raw_xlsx(
        laughs("laughs") + files.sheet_xml('<row><c t="inlineStr"><is><t>&a9;</t></is></c></row>')), "rusak"),
    "a quadratic entity": ("a.xlsx", lambda: files.raw_xlsx(laughs("quadratic") + files.sheet_xml(LINES)), "rusak"),
    "an entity from outside": ("a.xlsx", lambda: files.raw_xlsx(laughs("external") + files.sheet_xml(LINES)), "rusak"),
    "entities among the shared texts": (
        "a.xlsx", lambda: files.raw_xlsx(files.sheet_xml(LINES), strings=laughs("laughs") + files.strings_xml("&a9;")),
        "rusak"),
    "entities in an ods": (
        "a.ods", lambda: files.ods(files.ods_rows(HEAD, ROW), before=laughs("laughs")), "rusak"),
    "a sheet in UTF-16": (
        "a.xlsx",
        lambda: files.with_parts(GOOD, xl__worksheets__sheet1_dot_xml=files.sheet_xml(LINES).encode("utf-16")),
        "rusak"),
    "a sheet that never ends": (
        "a.xlsx", lambda: files.raw_xlsx("<worksheet><sheetData>" + "<row>" * 100_000), "rusak|judul"),
    "a sheet of no XML": ("a.xlsx", lambda: files.raw_xlsx("\x01\x02 not xml at all"), "rusak|judul"),
    # size
    "a cell in column XFD": ("a.xlsx", lambda: far("XFD1"), "terlalu lebar: paling banyak 200 kolom"),
    "a cell in row 1,048,576": ("a.xlsx", lambda: far("A1048576"), "mengembang|terlalu panjang"),
    "a cell some way below": ("a.xlsx", lambda: far("A20000"), "terlalu panjang: paling banyak 5.000 baris"),
    "a cell in the last corner": ("a.xlsx", lambda: far("XFD1048576"), "mengembang"),
    "a cell outside of any sheet": ("a.xlsx", lambda: far("ZZZZZ99999999"), "mengembang|rusak"),
    "a row with too many digits": ("a.xlsx", lambda: far("A" + "9" * 40), "mengembang|rusak|panjang"),
    "a million rows of empty texts": (
        "a.xlsx", lambda: sheet(LINES + '<row><c t="inlineStr"><is><t></t></is></c></row>' * 600_000),
        "terlalu panjang|mengembang"),
    "a million rows of nothing": ("a.xlsx", lambda: sheet("<row/>" * 1_048_576), "judul|mengembang"),
    "too many rows": ("a.xlsx", lambda: sheet(LINES * 5_100), "terlalu panjang: paling banyak 5.000 baris"),
    "a million columns of csv": ("a.csv", lambda: b"Ref" + b",x" * 10**6, "terlalu lebar"),
    "too many rows of csv": ("a.csv", lambda: TEXT.encode() + b"1,x\n" * 6_000, "terlalu panjang"),
    "too large": ("a.csv", lambda: b"x" * (5 * MEGABYTE + 1), "terlalu besar: paling banyak 5 MB"),
    "an ods with a million columns": ("a.ods", lambda: repeated(columns="1000000"), "terlalu lebar|mengembang"),
    "an ods with a million rows": ("a.ods", lambda: repeated(rows="1000000"), "terlalu panjang|mengembang"),
    "an ods with a million of both": ("a.ods", lambda: repeated("1000000", "1000000"), "mengembang|rusak"),
    "an ods that repeats too far": ("a.ods", lambda: repeated(rows="9" * 30), "mengembang|rusak"),
    "an xls with a cell in the last corner": (
        "a.xls", lambda: files.xls([HEAD, ROW], cells=files.record(0x0203, b"\xff" * 4 + b"\x0f\0" + b"\0" * 8)),
        "mengembang|terlalu"),
    # macros, objects, passwords
    "macros by name": ("a.xlsm", lambda: GOOD, "memuat makro"),
    "macros under a harmless name": ("a.xlsx", lambda: files.with_parts(GOOD, xl__vbaProject_dot_bin=b"x"), "makro"),
    "macros in capitals": ("a.xlsx", lambda: files.with_parts(GOOD, XL__VBAPROJECT_dot_BIN=b"x"), "memuat makro"),
    "macros under another name": ("a.xlsx", lambda: declared(GOOD, MACRO_TYPE), "memuat makro"),
    "a type with macros": ("a.xlsx", lambda: declared(GOOD, MACRO_BOOK), "memuat makro"),
    "a sheet of old macros": ("a.xlsx", lambda: files.with_parts(GOOD, xl__macrosheets__a_dot_xml="<a/>"), "makro"),
    "an xls with macros": (
        "a.xls", lambda: files.compound({"Workbook": BOOK, "dir": b"x"}, storages=["_VBA_PROJECT_CUR"]), "makro"),
    "an xls with a sheet of macros": ("a.xls", lambda: files.xls([HEAD, ROW], kind=1), "memuat makro"),
    "an ods with macros": (
        "a.ods", lambda: files.ods(files.ods_rows(HEAD, ROW), parts={"Basic/Standard/Module1.xml": "<a/>"}), "makro"),
    "an object": ("a.xlsx", lambda: files.with_parts(GOOD, xl__embeddings__oleObject1_dot_bin=b"x"), "objek sisipan"),
    "an object under another name": (
        "a.xlsx", lambda: files.with_parts(GOOD, xl__worksheets___rels__sheet1_dot_xml_dot_rels=OLE_RELATION), "objek"),
    "a control": ("a.xlsx", lambda: files.with_parts(GOOD, xl__activeX__a_dot_xml="<a/>"), "objek sisipan"),
    "an xls with an object": (
        "a.xls", lambda: files.compound({"Workbook": BOOK, "\x01Ole10Native": b"x"}, storages=["MBD0001"]), "objek"),
    "an xlsx with a password": (
        "a.xlsx", lambda: files.compound({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), "terkunci kata sandi"),
    "an xls with a password": (
        "a.xls", lambda: files.xls([HEAD, ROW], before=files.record(0x2F, b"\x01\0\x01\0\x01\0" + b"\0" * 48)),
        "terkunci"),
    "an ods with a password": (
        "a.ods", lambda: files.ods("", parts={"META-INF/manifest.xml": "<manifest:encryption-data/>"}), "terkunci"),
    "a part with a password": ("a.xlsx", marked_encrypted, "terkunci kata sandi"),
    # archives that lie
    "an archive cut short": ("a.xlsx", lambda: GOOD[:900], "rusak"),
    "an archive without its directory": ("a.xlsx", lambda: GOOD[: GOOD.rindex(b"PK\x01\x02")], "rusak"),
    "a part of other bytes": ("a.xlsx", lambda: GOOD[:60] + b"\0" * 60 + GOOD[120:], "rusak"),
    "two parts of one name": ("a.xlsx", twice_named, "rusak"),
    "a path that leads out": ("a.xlsx", lambda: files.zipped({**files.unzipped(GOOD), "../../a": "x"}), "rusak"),
    "a path from the root": ("a.xlsx", lambda: files.zipped({**files.unzipped(GOOD), "/etc/a": "x"}), "rusak"),
    "a link": ("a.xlsx", linked, "rusak"),
    "an archive of no parts": ("a.xlsx", lambda: files.zipped({}), "rusak"),
    "an archive of letters": ("a.xlsx", lambda: files.zipped({"surat.txt": "x"}), "berkas kemasan"),
    "a compound file of nothing": ("a.xls", lambda: OLD[:8] + b"\0" * 2000, "bentuk Excel lama"),
    "an xls cut short": ("a.xls", lambda: OLD[:1500], "rusak|judul|lama"),
    "something else by name": ("a.dat", lambda: noise(3000, 7), "yang dapat dibaca adalah .xlsx"),
    "an xls whose sectors turn in a circle": (
        "a.xls", lambda: OLD[:512] + struct.pack("<128I", *[1] * 128) + OLD[1024:],
        "rusak|mengembang|rumit"),
    # something else
    "a picture": ("a.xlsx", files.png, "adalah gambar, bukan berkas Excel"),
    "a photograph": ("a.xls", lambda: b"\xff\xd8\xff\xe0" + noise(3000), "adalah gambar"),
    "a PDF": ("a.xlsx", lambda: b"%PDF-1.7\n" + noise(3000), "adalah PDF"),
    "a Word document": ("a.xlsx", word, "dokumen Word"),
    "an old Word document": ("a.xls", lambda: files.compound({"WordDocument": b"x"}), "dokumen Word"),
    "a letter of LibreOffice": (
        "a.ods", lambda: files.ods("", mimetype="application/vnd.oasis.opendocument.text"), "dokumen Word"),
    "a web page": ("a.xls", lambda: b"<html><body><table><tr><td>Ref</td></tr></table></body></html>", "halaman web"),
    "a web page with a mark": ("a.xls", "\ufeff\n<!DOCTYPE html><table></table>".encode, "halaman web"),
    "a workbook of 2003 in XML": (
        "a.xls", lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "simpan ulang sebagai .xlsx"),
    "a packed file": ("a.xlsx", lambda: b"Rar!\x1a\x07\x01\x00" + noise(500), "berkas kemasan"),
    "a binary workbook": ("a.xlsx", lambda: files.zipped({"xl/workbook.bin": "x"}), "simpan ulang sebagai .xlsx"),
    "a program": ("a.xlsx", lambda: b"MZ\x90\0" + noise(3000), "bukan berkas Excel"),
    "nothing": ("a.xlsx", lambda: b"", "kosong"),
    "noise": ("a.xlsx", lambda: noise(4000), "bukan teks yang terbaca"),
    "noise of signs no key has": ("a.csv", lambda: bytes(1 + n % 8 for n in noise(4000)), "bukan teks yang terbaca"),
    "noise of letters": ("a.csv", lambda: bytes(0xA1 + n % 64 for n in noise(4000)), "bukan teks yang terbaca"),
    # text
    "a quotation mark left open": ("a.csv", (TEXT + '"A2,' + "x\n" * 100).encode, "baris 3: ada tanda kutip"),
    "a cell of ten million letters": ("a.csv", lambda: TEXT.encode() + b'"' + b"x" * 4 * MEGABYTE + b'"', "baris 3: "),
    "NUL bytes": ("a.csv", lambda: TEXT.encode() + b"1,\0\n", "bukan teks yang terbaca"),
    "no heading of ours": ("a.csv", lambda: b"x,y\n1,2\n", "tidak ada judul kolom yang dikenal"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_bad_file_is_refused_with_its_cure_in_both_languages_and_the_next_good_one_is_read(tmp_path, what):
    name, make, told = HOSTILE[what]
    data = make()
    before = _peak()
    with pytest.raises(BadFile, match=told) as refused:
        read(tmp_path, data, name)
    assert _peak() - before <= 150 * MEGABYTE
    for sentence in refused.value.words:
        assert name in sentence
        assert ";" in sentence or ":" in sentence
    assert "\n" not in str(refused.value)
    assert read(tmp_path, GOOD).rows == [(2, ROW)]


def _peak():
    """The most memory this process ever took, in bytes."""
    resource = pytest.importorskip("resource")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def test_there_are_more_than_fifty_bad_files_and_each_is_a_different_one():
    assert len(HOSTILE) >= 50
    assert len({make() for _, make, _ in HOSTILE.values()}) == len(HOSTILE)


def test_links_to_other_workbooks_are_never_followed_and_do_not_refuse_the_file(tmp_path):
    link = '<externalLink xmlns="x"><externalBook r:id="rId1" xmlns:r="y"/></externalLink>'
    there = OLE_RELATION.replace("oleObject", "externalLinkPath").replace("../x.bin", "file:///etc/passwd")
    data = files.with_parts(
        GOOD,
        xl__externalLinks__externalLink1_dot_xml=link,
        xl__externalLinks___rels__externalLink1_dot_xml_dot_rels=there,
    )
    assert read(tmp_path, data).rows == [(2, ROW)]


def test_a_formula_is_read_as_its_value_and_never_as_a_formula(tmp_path):
    cells = '<c r="A2" t="str"><f>HYPERLINK("http://x")</f><v>A1</v></c><c r="B2"><f>1+2</f><v>3</v></c>'
    data = sheet(f'{files.inline(("Ref", "Jumlah"))}<row r="2">{cells}</row>')
    assert read(tmp_path, data).rows == [(2, ("A1", 3))]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.txt", "a", "laporan.ods"])
@pytest.mark.parametrize(
    "make", [lambda: GOOD, TEXT.encode, lambda: files.ods(files.ods_rows(HEAD, ROW)), lambda: files.xls([HEAD, ROW])],
    ids=["xlsx", "csv", "ods", "xls"],
)  # fmt: skip
def test_a_good_file_under_a_wrong_name_is_read_by_what_it_holds(tmp_path, make, name):
    found = read(tmp_path, make(), name)
    assert found.headings == list(HEAD)
    assert [(number, tuple(map(str, cells))) for number, cells in found.rows] == [(2, tuple(map(str, ROW)))]


def test_a_name_with_line_breaks_or_marks_of_direction_stays_one_line_of_readable_text(tmp_path):
    with pytest.raises(BadFile) as refused:
        read(tmp_path, files.png(), "a\n\x1b[31mb\u202efdp.xlsx" + "x" * 500)
    assert str(refused.value).isprintable()
    assert len(refused.value.words.id) < 250


# --- the process that opens them -------------------------------------------------------------------------------------


@pytest.mark.parametrize("doing", ["pass", "time.sleep(60)"], ids=["working", "waiting"])
def test_a_process_that_takes_too_long_is_ended_and_told_of(tmp_path, monkeypatch, doing):
    monkeypatch.setattr(sandbox, "_START", f"import time; print('[\"ready\"]', flush=True)\nwhile True: {doing}")
    with pytest.raises(BadFile, match="terlalu rumit untuk dibaca"):
        read(tmp_path, GOOD, limits=sheets.UPLOAD._replace(seconds=1, clock=2))


def test_a_process_that_cannot_be_started_is_told_of_as_a_fault_of_ours(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "_START", "raise SystemExit(1)")
    with pytest.raises(BadFile, match="pembaca berkas tidak dapat dijalankan"):
        read(tmp_path, GOOD)


_ASKED = """
import json, os, sys
sys.path += sys.argv[2:]
from web.exchange.opening import Limits, _confine
_confine(Limits(*json.loads(sys.argv[1])))
def may(work):
    try:
        work()
    except (OSError, MemoryError):
        return False
    return True
def write():
    with open({made!r}, "w") as file:
        file.write("x" * 100_000)
secret = any(name.startswith(("TEMU_MITRA", "DATABASE")) for name in os.environ)
print(json.dumps([1, secret, "site" in sys.modules, may(write), may(lambda: bytearray(200 * 2**20))]))
print(json.dumps(["end"]))
"""


def test_the_process_that_opens_files_knows_no_secret_writes_no_file_and_takes_little_memory(tmp_path, monkeypatch):
    pytest.importorskip("resource")
    monkeypatch.setenv("TEMU_MITRA_SECRET_KEY", "rahasia")
    monkeypatch.setattr(sandbox, "_START", _ASKED.format(made=str(tmp_path / "made")))
    with (tmp_path / "empty").open("w+b") as file:
        assert list(sandbox.messages(file, sheets.UPLOAD, "a")) == [[1, False, False, False, False]]


def test_many_files_at_once_wait_for_their_turn_and_all_are_read(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    path = tmp_path / "a.xlsx"
    path.write_bytes(GOOD)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: sheets.read(path, ours, limits=sheets.UPLOAD).rows, range(12)))
    assert found == [[(2, ROW)]] * 12
    assert sandbox._turns._value == 2


# --- any bytes -------------------------------------------------------------------------------------------------------


def _outcome(read_it):
    """The table, or the refusal; anything else is a fault."""
    try:
        return read_it()
    except BadFile as refused:
        return refused


def _never_more_than_refused(data, name):
    with tempfile.TemporaryDirectory() as folder:
        found = _outcome(lambda: read(Path(folder), data, name, must_know=False))
    assert not isinstance(found, BadFile) or "dijalankan" not in found.words.id


@given(st.binary(min_size=1, max_size=3000), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]))
@settings(max_examples=40, deadline=None)
def test_any_bytes_are_read_or_refused(data, start):
    _never_more_than_refused(start + data, "a.xlsx")


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_good_file_with_any_bytes_changed_is_read_or_refused(data):
    good = data.draw(st.sampled_from([GOOD, files.xls([HEAD, ROW]), files.ods(files.ods_rows(HEAD, ROW))]))
    changed = bytearray(good)
    for _ in range(data.draw(st.integers(1, 12))):
        changed[data.draw(st.integers(8, len(good) - 1))] = data.draw(st.integers(0, 255))
    _never_more_than_refused(bytes(changed[: data.draw(st.integers(8, len(good)))] + good[len(good) :]), "a.xlsx")


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_good_archive_with_any_part_changed_is_read_or_refused(data):
    parts = files.unzipped(GOOD)
    name = data.draw(st.sampled_from(sorted(parts)))
    content = bytearray(parts[name])
    at = data.draw(st.integers(0, len(content)))
    content[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=20))
    _never_more_than_refused(files.zipped({**parts, name: bytes(content)}), "a.xlsx")


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_pasted(text):
    found = _outcome(lambda: sheets.read_pasted(text, ours))
    if not isinstance(found, BadFile):
        assert found.rows or found.top
        assert all("\x00" not in cell for _, cells in found.rows for cell in cells if isinstance(cell, str))


@given(st.binary(max_size=600))
@settings(max_examples=200, deadline=None)
def test_any_bytes_of_text_are_decoded_or_refused(data):
    codes = set()
    try:
        assert "\x00" not in opening.decoded(data)
    except opening.Refused as refused:
        codes.add(refused.code)
    assert codes <= {"encoding", "page", "old"}
