"""Names of places become Kemendagri codes, or honest doubt."""

from __future__ import annotations

import pytest

from matcher.text import read
from matcher.text.normalise import tokenise
from tests.matcher.text.gazetteer import GAZETTEER


def codes(text: str) -> list[str]:
    return GAZETTEER.codes(GAZETTEER.find(tokenise(text)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ds. Pasawahan Kec. Cicurug Kab. Sukabumi", "32.02.16.2005"),
        ("Desa Pasawahan, Cicurug", "32.02.16.2005"),
        ("Pasawahan (Cicurug)", "32.02.16.2005"),
        ("kec cicurug", "32.02.16"),
        ("Kec. Cicrug", "32.02.16"),
        ("Pelabuhan Ratu", "32.02.01"),
        ("Kel. Palabuhanratu", "32.02.01.1001"),
        ("Jampang Kulon", "32.02.21"),
        ("warga ujung genteng", "32.02.26.2007"),
        ("Desa Cisaat kec Cicurug", "32.02.16.2006"),
        ("Kecamatan Cisaat", "32.02.29"),
        ("Mekarsari, Kec. Nyalindung", "32.02.39.2006"),
        ("se-Kabupaten Sukabumi", "32.02"),
        ("Kp. Mekarsari RT 02/05 Desa Pasawahan", "32.02.16.2005"),
        ("Desa Buku kec Nyalindung", "32.02.39.2007"),
    ],
)
def test_a_place_is_resolved_in_all_its_spellings(text: str, code: str) -> None:
    assert codes(text) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "butuh buku",
        "kurang dana",
        "ruang sempit",
        "gudang beras",
        "benda pusaka",
        "Kota Sukabumi",
        "Perpusdes Bunga Padi",
    ],
)
def test_everyday_words_libraries_and_the_neighbour_city_are_no_places(text: str) -> None:
    assert codes(text) == []


def test_a_name_several_villages_bear_is_never_guessed() -> None:
    reading = read("Desa Mekarsari butuh 3 komputer", GAZETTEER)
    assert reading.places == ()
    assert reading.unsettled[0].candidates == ("32.02.16.2011", "32.02.39.2006")


def test_two_places_far_apart_are_both_kept() -> None:
    assert codes("kami dari Ujung Genteng dan Jampang Kulon") == ["32.02.26.2007", "32.02.21"]


def test_all_of_the_real_kabupaten_is_found_by_its_full_address() -> None:
    from matcher.text import Gazetteer
    from seeds.reference import rows

    regions = rows("32.02")
    real = Gazetteer(regions)
    names = {region.code: region.name for region in regions}
    missed = [
        region.code
        for region in regions
        if region.level == "village"
        and real.codes(real.find(tokenise(f"Desa {region.name} Kec. {names[region.code[:8]]}"))) != [region.code]
    ]
    assert missed == []
