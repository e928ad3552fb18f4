"""Owns the sentences for files that are not read: what is wrong with the file, and the cure."""

from __future__ import annotations

from typing import Any

from matcher.vocabulary import Words
from web.failure import Failure


class BadFile(Failure):
    """A file cannot be read or is not accepted; *words* say so in both languages."""

    def __init__(self, code: str, words: Words) -> None:
        super().__init__(" / ".join(words))
        self.code, self.words = code, words


_SENTENCES = {
    "missing": Words("berkas {name} tidak ada", "there is no file {name}"),
    "empty": Words(
        "berkas {name} kosong; buka lagi di Excel, simpan, lalu pilih berkas yang berisi",
        "the file {name} is empty; open it in Excel, save it, and choose the one with something in it",
    ),
    "large": Words(
        "{name} terlalu besar: paling banyak {most} MB; salin tabelnya saja ke berkas baru, tanpa gambar",
        "{name} is too large: at most {most} MB; copy the table alone into a new file, without pictures",
    ),
    "macros": Words(
        "{name} memuat makro; simpan ulang sebagai .xlsx tanpa makro",
        "{name} holds macros; save it as .xlsx without them",
    ),
    "embedded": Words(
        "{name} memuat objek sisipan; hapus objek itu, lalu simpan ulang",
        "{name} holds embedded objects; remove them and save it again",
    ),
    "locked": Words(
        "{name} terkunci kata sandi; buka di Excel, hapus sandinya, lalu simpan ulang",
        "{name} is locked by a password; remove it in Excel and save it again",
    ),
    "old": Words(
        "{name} memakai bentuk Excel lama atau khusus yang tidak dapat dibaca di sini; buka di Excel, lalu simpan "
        "ulang sebagai .xlsx",
        "{name} is in an old or special form of Excel that cannot be read here; open it in Excel and save it as .xlsx",
    ),
    "suffix": Words(
        "{name}: yang dapat dibaca adalah .xlsx, .xls, .ods, dan .csv; simpan ulang dalam salah satunya",
        "{name}: .xlsx, .xls, .ods and .csv can be read; save it as one of them",
    ),
    "not_excel": Words(
        "{name} bukan berkas Excel atau rusak; simpan ulang sebagai .xlsx",
        "{name} is not an Excel file, or is damaged; save it again as .xlsx",
    ),
    "page": Words(
        "{name} sebenarnya halaman web, bukan berkas Excel; buka di Excel, pilih Simpan Sebagai, lalu bentuk .xlsx",
        "{name} is really a web page, not an Excel file; open it in Excel, choose Save As, then .xlsx",
    ),
    "pdf": Words(
        "{name} adalah PDF, bukan berkas Excel; salin tabelnya ke Excel, lalu simpan sebagai .xlsx",
        "{name} is a PDF, not an Excel file; copy its table into Excel and save it as .xlsx",
    ),
    "picture": Words(
        "{name} adalah gambar, bukan berkas Excel; ketik tabelnya di Excel, lalu simpan sebagai .xlsx",
        "{name} is a picture, not an Excel file; type its table into Excel and save it as .xlsx",
    ),
    "word": Words(
        "{name} adalah dokumen Word atau sejenisnya, bukan berkas Excel; salin tabelnya ke Excel, lalu simpan sebagai "
        ".xlsx",
        "{name} is a document of Word or the like, not an Excel file; copy its table into Excel and save it as .xlsx",
    ),
    "packed": Words(
        "{name} adalah berkas kemasan (zip, rar, atau sejenisnya), bukan berkas Excel; buka kemasannya, lalu pilih "
        "berkas Excel di dalamnya",
        "{name} is a packed file (zip, rar or the like), not an Excel file; unpack it and choose the Excel file in it",
    ),
    "bomb": Words(
        "{name} mengembang terlalu besar setelah dibuka, mungkin karena sel yang terisi jauh di bawah atau di kanan; "
        "salin tabelnya saja ke berkas baru",
        "{name} grows too large when unpacked, perhaps by a cell filled far below or far right; copy the table alone "
        "into a new file",
    ),
    "slow": Words(
        "{name} terlalu rumit untuk dibaca; salin tabelnya saja ke berkas baru",
        "{name} is too intricate to be read; copy the table alone into a new file",
    ),
    "rows": Words(
        "{name} terlalu panjang: paling banyak {most} baris; hapus baris kosong di bawah atau bagi berkasnya",
        "{name} is too long: at most {most} rows; delete empty rows below or split the file",
    ),
    "columns": Words(
        "{name} terlalu lebar: paling banyak {most} kolom; hapus kolom kosong di kanan",
        "{name} is too wide: at most {most} columns; delete empty columns on the right",
    ),
    "cell": Words(
        "{name}, baris {row}: satu sel berisi lebih dari 32.767 huruf; pendekkan isinya",
        "{name}, row {row}: one cell holds more than 32,767 letters; shorten it",
    ),
    "encoding": Words(
        "{name} bukan teks yang terbaca; buka di Excel, lalu simpan ulang sebagai .xlsx atau CSV UTF-8",
        "{name} is not readable text; open it in Excel and save it as .xlsx or CSV UTF-8",
    ),
    "quotes": Words(
        "{name}, baris {row}: ada tanda kutip yang tidak ditutup atau sel yang terlalu panjang; perbaiki baris itu, "
        "atau simpan dari Excel sebagai .xlsx",
        "{name}, row {row}: a quotation mark is not closed, or a cell is too long; mend that row, or save it from "
        "Excel as .xlsx",
    ),
    "headings": Words(
        "{name}: tidak ada judul kolom yang dikenal; tulis judul seperti pada templat, misalnya Perpustakaan, Desa, "
        "Jenis, Jumlah",
        "{name}: no heading is known; write headings as in the template, such as Library, Village, Category, Quantity",
    ),
    "no_rows": Words(
        "{name} tidak memuat satu baris pun; periksa lembarnya, atau pilih berkas lain",
        "{name} does not hold a single row; look at its sheets, or choose another file",
    ),
    "busy": Words(
        "pembaca berkas tidak dapat dijalankan; coba lagi sebentar lagi, atau jalankan `python3 -m web doctor`",
        "the reader of files could not be started; try again in a while, or run `python3 -m web doctor`",
    ),
}
_LONGEST_NAME = 80


def refuse(code: str, name: str, **values: Any) -> BadFile:
    """The refusal of that code for the file *name*, a name that may be anybody's text; *values* fill the sentence."""
    shown = "".join(letter for letter in name if letter.isprintable())[-_LONGEST_NAME:]
    words = _SENTENCES[code]
    return BadFile(code, Words(*(_filled(words.say(lang), lang, {"name": shown, **values}) for lang in ("id", "en"))))


def _filled(sentence: str, lang: str, values: dict[str, Any]) -> str:
    """Numbers as the language writes them: 5.000 or 5,000; words in the language."""
    told = {}
    for name, value in values.items():
        told[name] = value
        if isinstance(value, int):
            told[name] = f"{value:,}" if lang == "en" else f"{value:,}".replace(",", ".")
        elif isinstance(value, Words):
            told[name] = value.say(lang)
    return sentence.format(**told)
