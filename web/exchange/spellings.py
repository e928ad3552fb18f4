"""Owns the words people write for units and choices besides those of the vocabulary; parted by ";"."""

from __future__ import annotations

from matcher.vocabulary import Category, Mode, Sector, Strategy, Term, Urgency

#: Words that people write for a unit; the same word may count several categories.
UNIT_SPELLINGS: dict[str, str] = {
    "unit": "unit;units;set;perangkat;buah;pcs;pc;biji;bh;komputer;laptop;printer;proyektor;computer;computers;piece;"
    "pieces",
    "mbps": "mbps;mb/s;mega;megabit;mbit",
    "gb": "gb;giga;gigabyte;kuota",
    "point": "point;points;sambungan;titik;koneksi;connection;connections;langganan;paket;pasang;wifi;modem;router;"
    "unit;buah;line",
    "copy": "copy;copies;eksemplar;eks;exp;exemplar;eksp;buku;book;books;buah;pcs",
    "title": "title;titles;judul;jdl",
    "m2": "m2;m²;meter persegi;meter2;sqm;square metres;square meters;m persegi",
    "room": "room;rooms;ruang;ruangan;gedung;lokal;kamar;bangunan;building",
    "piece": "piece;pieces;buah;bh;pcs;rak;meja;kursi;karpet;lemari;lembar;set;unit;biji;rack;racks;chair;chairs",
    "rp": "rp;rupiah;idr;rp.",
    "person": "person;people;persons;orang;org;personil;tenaga;relawan;tutor;pelatih;pengelola;pustakawan;mahasiswa",
    "day": "day;days;hari;hr",
    "hour": "hour;hours;jam",
    "session": "session;sessions;pelatihan;sesi;training;training session;training sessions;kali;kegiatan;bimtek;"
    "workshop",
    "thing": "thing;things;buah;unit;pcs;paket;set;piece;pieces",
}

#: What people write for a member besides its own words and code, parted by ";".
ALSO: dict[Term, str] = {
    Category.COMPUTERS: "komputer;computer;laptop;pc;tik;perangkat;perangkat tik;kekurangan komputer;printer;"
    "perangkat komputer",
    Category.INTERNET: "internet;wifi;jaringan;jaringan internet;kuota;koneksi;kekurangan jaringan internet;network",
    Category.BOOKS: "buku;koleksi;koleksi buku;book;bacaan;bahan bacaan;bahan pustaka;buku bacaan;kekurangan koleksi "
    "buku;collection",
    Category.SPACE: "ruang;ruangan;perabot;gedung;tempat;rak;mebel;furniture;furnitur;room;rooms;ruang baca;sarana;"
    "kekurangan ruangan",
    Category.FUNDS: "dana;uang;anggaran;biaya;operasional;dana operasional;money;fund;budget;kekurangan dana "
    "operasional;honor",
    Category.STAFF: "tenaga;sdm;pengelola;pustakawan;relawan;pelatih;pelatihan;tutor;staf;tenaga pengelola;people;"
    "training;"
    "human resources;kekurangan tenaga pengelola;capable staff;trainer;personnel",
    Category.OTHER: "lain;lain-lain;dan lain-lain;dll;others;misc",
    Mode.GOODS: "barang;hibah barang;benda;good;in kind;hibah;sumbangan barang;pinjam;pinjaman",
    Mode.SERVICE: "layanan;jasa;servis;services;langganan",
    Mode.MONEY: "uang;dana;tunai;cash;funds;fund;hibah uang",
    Mode.PLACE: "tempat;ruang;ruangan;gedung;space;room;lokasi",
    Mode.PEOPLE: "orang;tenaga;sdm;relawan;person;staff;pelatihan;pendampingan;volunteers;training",
    Mode.EXPERIENCE: "pengalaman;berbagi pengalaman;keberhasilan;sukses;success;success story;kisah sukses;cerita "
    "sukses;berbagi",
    Sector.GOVERNMENT: "pemerintah;dinas;birokrasi;government;pemda;opd;instansi pemerintah;pemerintahan;public",
    Sector.ACADEMIA: "akademisi;kampus;perguruan tinggi;universitas;university;sekolah;akademik;academic;pendidikan;"
    "education",
    Sector.BUMN: "bumn;bumd;perusahaan negara;perusahaan daerah;soe;state company;state-owned;state owned company;"
    "bank daerah",
    Sector.PRIVATE: "swasta;perusahaan;perusahaan swasta;private;company;csr;usaha;dunia usaha;business;bisnis;pt;"
    "private sector",
    Sector.COMMUNITY: "komunitas;pemuda;organisasi;ormas;masyarakat;youth;organisasi pemuda;community organisation;"
    "warga",
    Sector.VOLUNTEER: "relawan;relawan tik;volunteer;volunteers;sukarelawan",
    Sector.FOUNDATION: "yayasan;foundation;lsm;ngo;lembaga sosial;nirlaba;nonprofit;csr foundation;lembaga zakat",
    Sector.MEDIA: "media;pers;press;media massa;penyiaran;radio;koran",
    Urgency.MONTH: "bulan;segera;mendesak;sangat mendesak;urgent;tinggi;high;1 bulan;satu bulan;within a month;ya;yes;"
    "asap;secepatnya;darurat",
    Urgency.QUARTER: "triwulan;tiga bulan;3 months;sedang;medium;quarter;three months;3 bln;normal",
    Urgency.YEAR: "tahun;rendah;low;tidak mendesak;biasa;1 tahun;12 bulan;within a year;tidak;no;not urgent;setahun",
    Strategy.INVOLVEMENT: "pelibatan;pelibatan masyarakat;community;involvement;partisipasi",
    Strategy.ICT: "tik;komputer;layanan komputer dan internet;layanan komputer internet;internet;ict;computer and "
    "internet service",
    Strategy.ADVOCACY: "advokasi;advocacy",
}
