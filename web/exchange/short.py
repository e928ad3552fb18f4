"""Owns the shortened words of headings: what people write for a word, parted by ";"."""

from __future__ import annotations

_SHORT = {
    "kebutuhan": "keb;kbthn;kbtuhan;butuh",
    "tawaran": "twr",
    "jumlah": "jml;jlh;jmlh;jum;qty;banyak",
    "perpustakaan": "perpus;perpust;perpustkaan;pustaka;perp",
    "perpusdes": "pusdes;perpdes",
    "desa": "ds;kades",
    "kecamatan": "kec;kcmtn",
    "kelurahan": "kel",
    "nomor": "no;nmr;num;nomer",
    "tanggal": "tgl;tggl;tg",
    "keterangan": "ket;ktr;ketr",
    "satuan": "sat;stn",
    "jenis": "jns",
    "nama": "nm;nma",
    "telepon": "telp;tlp;tlpn;telpon",
    "hp": "handphone;hape;ponsel",
    "wa": "whatsapp;wassap",
    "pengelola": "pengurus;pgl",
    "bantuan": "bant",
    "kategori": "ktg;kat",
}
SHORT_WORDS = {short: word for word, spellings in _SHORT.items() for short in spellings.split(";")}
