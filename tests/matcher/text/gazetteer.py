"""A small kabupaten to read places in: the shapes that make names hard, a few rows each."""

from __future__ import annotations

from matcher.text import Gazetteer

ROWS = [
    ("32.02", "Kabupaten Sukabumi", "kabupaten", -7.0, 106.7),
    ("32.02.01", "Palabuhanratu", "kecamatan", -6.9, 106.5),
    ("32.02.01.1001", "Palabuhanratu", "village", -6.9, 106.5),
    ("32.02.16", "Cicurug", "kecamatan", -6.7, 106.7),
    ("32.02.16.1001", "Cicurug", "village", -6.7, 106.7),
    ("32.02.16.2004", "Benda", "village", -6.7, 106.7),
    ("32.02.16.2005", "Pasawahan", "village", -6.7, 106.7),
    ("32.02.16.2006", "Cisaat", "village", -6.7, 106.7),
    ("32.02.16.2011", "Mekarsari", "village", -6.7, 106.7),
    ("32.02.21", "Jampangkulon", "kecamatan", -7.2, 106.6),
    ("32.02.26", "Ciracap", "kecamatan", -7.3, 106.5),
    ("32.02.26.2007", "Ujung Genteng", "village", -7.3, 106.4),
    ("32.02.29", "Cisaat", "kecamatan", -6.9, 106.8),
    ("32.02.29.2001", "Cisaat", "village", -6.9, 106.8),
    ("32.02.32", "Sukabumi", "kecamatan", -6.9, 106.9),
    ("32.02.39", "Nyalindung", "kecamatan", -7.0, 106.9),
    ("32.02.39.2006", "Mekarsari", "village", -7.0, 106.9),
    ("32.02.39.2007", "Buku", "village", -7.0, 106.9),
    ("32.02.39.2008", "Dana", "village", -7.0, 106.9),
    ("32.02.39.2009", "Ruang", "village", -7.0, 106.9),
    ("32.02.39.2010", "Gudang", "village", -7.0, 106.9),
]

GAZETTEER = Gazetteer(ROWS)
