"""The table of regions: complete, rightly placed, quick to read, and made again from itself."""

from __future__ import annotations

import zipfile
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from seeds import reference
from seeds.reference import build

if TYPE_CHECKING:
    from pathlib import Path

SUKABUMI = "32.02"
PASAWAHAN = "32.02.16.2005"


def _villages(prefix: str) -> list[build.Village]:
    """Read the builder's input back from the table."""
    rows = {row.code: row for row in reference.rows(prefix)}
    found = []
    for code, row in rows.items():
        if row.level == "village":
            province, kabupaten, kecamatan = (rows[above].name for above in reference.parents(code))
            found.append(build.Village(code, province, kabupaten, kecamatan, row.name, row.lat, row.lon))
    return found


def test_kabupaten_sukabumi_has_47_kecamatan_and_386_villages() -> None:
    levels = Counter(row.level for row in reference.rows(SUKABUMI))
    assert levels == {"kabupaten": 1, "kecamatan": 47, "village": 386}


def test_indonesia_has_34_provinces_514_kabupaten_and_83449_villages() -> None:
    rows = reference.rows()
    assert Counter(row.level for row in rows) == {
        "province": 34,
        "kabupaten": 514,
        "kecamatan": 7230,
        "village": 83449,
    }
    assert [row.code for row in rows] == sorted({row.code for row in rows})


def test_a_village_keeps_its_official_name_and_place() -> None:
    village = reference.find(PASAWAHAN)
    assert village == reference.Region(PASAWAHAN, "Pasawahan", "village", -6.7542, 106.7659)
    names = [row.name for code in reference.parents(PASAWAHAN) if (row := reference.find(code))]
    assert names == ["Jawa Barat", "Kabupaten Sukabumi", "Cicurug"]


def test_kabupaten_and_kota_of_one_name_are_told_apart() -> None:
    names = {row.name for row in reference.rows("32") if row.level == "kabupaten"}
    assert {"Kabupaten Sukabumi", "Kota Sukabumi"} <= names


def test_94_villages_of_sukabumi_share_their_name_so_the_code_is_the_key() -> None:
    names = Counter(row.name for row in reference.rows(SUKABUMI) if row.level == "village")
    assert sum(count for count in names.values() if count > 1) == 94


def test_a_region_lies_at_the_mean_of_its_villages() -> None:
    villages = [row for row in reference.rows("32.02.16") if row.level == "village"]
    kecamatan = reference.find("32.02.16")
    assert kecamatan is not None
    assert kecamatan.lat == pytest.approx(sum(row.lat for row in villages) / len(villages), abs=1e-4)
    assert kecamatan.lon == pytest.approx(sum(row.lon for row in villages) / len(villages), abs=1e-4)


@pytest.mark.parametrize("code", ["", "99", "32.99", "Sukabumi"])
def test_an_unknown_code_finds_nothing(code: str) -> None:
    assert reference.find(code) is None


@pytest.mark.parametrize("province", ["32", "92"])
def test_the_builder_makes_the_same_contents_from_what_the_loader_reads(province: str) -> None:
    with zipfile.ZipFile(reference.TABLE) as table:
        kept = {name: table.read(name) for name in table.namelist() if name.startswith(province)}
    assert dict(build.members(_villages(province))) == kept


def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    villages = _villages("36")
    for name in ("one.zip", "two.zip"):
        build.write(villages, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("J A T I", "Jati"),
        ("Perkebunan  Alur Jambu", "Perkebunan Alur Jambu"),
        ("20 Ilir D Iv", "20 Ilir D IV"),
        ("Lalai I/ii", "Lalai I/II"),
        ("Ilir Barat", "Ilir Barat"),
        ("Pasar Vinicius", "Pasar Vinicius"),
    ],
)
def test_names_are_written_as_the_decree_means_them(typed: str, meant: str) -> None:
    assert build.clean(typed) == meant


def test_a_folder_that_is_not_the_package_gives_one_line_and_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build.main([str(tmp_path), str(tmp_path / "regions.zip")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "regions.zip").exists()
