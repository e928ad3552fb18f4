"""From codes to sentences: WORDS, one row an error, and the answer each gets."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template
from jinja2 import TemplateError
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoTurn
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from matcher.errors import ChangedMeanwhile, MatcherError
from matcher.vocabulary import UNITS, Term, Words
from web import i18n

#: What went wrong, in a sentence that says what would be right.
WORDS: dict[str, Words] = {
    "not_found": Words(
        "Yang dicari tidak ada, atau bukan milik Anda.", "What you look for does not exist, or is not yours."
    ),
    "not_allowed": Words("Peran Anda tidak dapat melakukan ini.", "Your role may not do this."),
    "not_possible": Words(
        "Tidak dapat dilakukan: {id} sekarang {state}{who_when}.", "Not possible: {id} is now {state}{who_when}."
    ),
    "already_decided": Words(
        "{code} sudah diputuskan: {state}{who_when}.", "{code} was decided already: {state}{who_when}."
    ),
    "nothing_left": Words(
        "Tawaran {code} tinggal {left}, sedangkan baris ini meminta {asked}. Pemegang lainnya: {holders}.",
        "Offer {code} has {left} left, while this line asks for {asked}. Held by: {holders}.",
    ),
    "too_much_for_challenge": Words(
        "{code} hanya kurang {gap}, sedangkan baris ini {asked}. Kurangi jumlahnya atau tulis alasannya.",
        "{code} lacks only {gap}, while this line brings {asked}. Lower the number or write down why.",
    ),
    "consent_missing": Words(
        "{code} belum disetujui oleh: {sides}. Catat persetujuannya dulu.", "{code} still needs a yes from: {sides}."
    ),
    "quantity_unknown": Words(
        "Jumlah pada {code} belum ditentukan. Isi angkanya dulu.", "{code} has no number yet. Fill it in first."
    ),
    "agreement_missing": Words(
        "{code} perlu kesepakatan (lisan pun boleh) sebelum disepakati.",
        "{code} needs an agreement first (a spoken one will do).",
    ),
    "experience_needs_no_paper": Words(
        "{code} adalah berbagi pengalaman dan tidak memerlukan naskah.", "{code} shares experience and needs no paper."
    ),
    "not_proven": Words(
        "{code}: baru {verified} dari {promised} yang terbukti. Verifikasi dulu, atau tutup dengan alasan.",
        "{code}: only {verified} of {promised} is proven. Verify first, or close it with a reason.",
    ),
    "giver_is_taker": Words("Pemberi dan penerima sama: {name}.", "Giver and library are the same: {name}."),
    "message_already_sent": Words(
        "Pesan untuk {code} sudah terkirim, jadi tidak dapat diurungkan. Batalkan usulannya dengan alasan.",
        "A message about {code} went out, so it cannot be undone. Cancel the proposal with a reason.",
    ),
    "nothing_to_undo": Words("Tidak ada keputusan yang dapat diurungkan.", "There is no decision left to undo."),
    "refused_before": Words(
        "Pasangan ini sudah ditolak ({reason}) dan belum ada yang berubah.",
        "This pair was refused ({reason}) and nothing has changed since.",
    ),
    "not_the_same": Words("{one} dan {other} tidak dapat disatukan: {why}.", "{one} and {other} cannot be one: {why}."),
    "holds_promises": Words(
        "{id} sudah terkait {lines}, jadi tidak dapat digabungkan. Gabungkan ke arah sebaliknya, atau selesaikan dulu.",
        "{id} is tied to {lines}, so it cannot be merged. Merge the other way round, or settle that first.",
    ),
    "not_merged": Words("{id} tidak sedang digabungkan.", "{id} is not merged with anything."),
    "nothing_to_plan": Words(
        "Belum ada yang dapat direncanakan: tidak ada {side} yang terbuka.",
        "There is nothing to plan: no open {side}.",
    ),
    "pins_contradict": Words(
        "Kuncinya tidak dapat dipenuhi bersama: {why}. Lepas atau ubah salah satu: {pairs}. Rencana terakhir tetap.",
        "The pins cannot be kept together: {why}. Let one of them go or change it: {pairs}. The last plan stays.",
    ),
    "row_outdated": Words("{why}.", "{why}."),
    "already_published": Words(
        "Rencana {number} sudah diterbitkan pada {when}.", "Plan {number} was put forward already on {when}."
    ),
    "plan_outdated": Words(
        "Rencana {number} sudah lama: rencana {newest} dihitung sesudahnya. Terbitkan yang terbaru.",
        "Plan {number} is out of date: plan {newest} was worked out since. Put the newest one forward.",
    ),
    "changed_meanwhile": Words(
        "Orang lain mengubahnya lebih dulu. Muat ulang halaman dan lihat yang terbaru.",
        "Somebody changed it first. Load the page again and see what is new.",
    ),
    "same_key_other_form": Words(
        "Formulir ini sudah dikirim dengan isi lain. Buka formulirnya lagi.",
        "This form was sent before with other contents. Open the form again.",
    ),
    "cannot_share": Words("Tawaran {code} tidak dapat dibagi: {why}.", "Offer {code} cannot be shared out: {why}."),
    "not_waiting": Words("{code} tidak dapat ikut: {why}.", "{code} cannot take part: {why}."),
    "share_above_gap": Words("{code} hanya kurang {gap}.", "{code} lacks only {gap}."),
    "share_above_left": Words(
        "Semua bagian berjumlah {asked}, sedangkan tawaran tinggal {left}. Kurangi salah satunya.",
        "All shares make {asked}, while the offer has {left} left. Lower one of them.",
    ),
    "share_too_small": Words(
        "Pemberi membagi paling sedikit {smallest} untuk satu perpustakaan; tulis 0 bila tidak ikut.",
        "The giver hands out at least {smallest} to a library; write 0 to leave it out.",
    ),
    "share_too_large": Words(
        "Pemberi membagi paling banyak {largest} untuk satu perpustakaan.",
        "The giver hands out at most {largest} to a library.",
    ),
    "share_not_whole": Words("Tulis bilangan utuh.", "Write a whole number."),
    "nothing_to_share": Words(
        "Belum ada bagian yang diisi. Tulis jumlah untuk paling sedikit satu perpustakaan.",
        "No share is filled in. Write a number for one library at least.",
    ),
    "invalid": Words("Isian ini tidak dapat diterima.", "This value cannot be accepted."),
    "required": Words("Bagian ini harus diisi.", "This must be filled in."),
    "not_a_number": Words("Tulis angka, misalnya 3 atau 1.500.000.", "Write a number, such as 3 or 1,500,000."),
    "two_numbers": Words(
        "“{value}” bisa berarti dua angka. Tulis {large} atau {small}.",
        "“{value}” can mean two numbers. Write {large} or {small}.",
    ),
    "out_of_range": Words(
        "Angkanya harus antara {least} dan {most}.", "The number must lie between {least} and {most}."
    ),
    "not_a_break": Words(
        "Istirahat baris {row}, “{value}”: tulis setelah pembicaraan ke berapa dan berapa menit, misalnya 4: 15.",
        "Break in line {row}, “{value}”: write after which talk and how many minutes, such as 4: 15.",
    ),
    "break_impossible": Words(
        "Istirahat setelah pembicaraan ke-{after} ({long} menit) tidak bisa: paling awal setelah ke-1, paling akhir "
        "setelah ke-{last}, lamanya {shortest} sampai {longest} menit.",
        "A break after talk {after} ({long} minutes) is not possible: after talk 1 at the earliest, talk {last} at the "
        "latest, from {shortest} to {longest} minutes.",
    ),
    "break_twice": Words(
        "Istirahat setelah pembicaraan ke-{after} tertulis dua kali. Hapus salah satunya.",
        "The break after talk {after} is written twice. Leave one of them out.",
    ),
    "not_a_choice": Words("“{value}” tidak ada dalam pilihan.", "“{value}” is not among the choices."),
    "same_column_twice": Words(
        "Dua kolom diberi arti yang sama ({column}). Pilih satu, yang lain simpan sebagai catatan.",
        "Two columns were given one meaning ({column}). Choose one and keep the other as a note.",
    ),
    "import_taken_back": Words(
        "Impor ini sudah dibatalkan. Kirim berkasnya sekali lagi.", "This import was taken back. Send the file again."
    ),
    "too_late_to_take_back": Words(
        "Impor ini tidak dapat dibatalkan lagi: waktunya {days} hari sejak disimpan.",
        "This import can no longer be taken back: there are {days} days for it.",
    ),
    "not_a_date": Words("Tulis tanggal, misalnya 31/12/2026.", "Write a date, such as 31/12/2026."),
    "too_long": Words("Terlalu panjang: paling banyak {most} huruf.", "Too long: at most {most} characters."),
    "bad_text": Words(
        "Ada tanda yang tidak terbaca dalam tulisan ini. Ketik ulang bagian itu.",
        "This text holds marks that cannot be read. Type that part again.",
    ),
    "units_do_not_convert": Words("Kedua satuan tidak dapat disamakan.", "The two units do not convert."),
    "unknown_place": Words("Tempat “{value}” tidak ditemukan.", "The place “{value}” was not found."),
    "several_places": Words(
        "Ada {count} desa bernama {value}. Tulis juga kecamatannya: {kecamatan}.",
        "{count} villages are called {value}. Write the kecamatan too: {kecamatan}.",
    ),
    "too_many": Words(
        "Terlalu banyak: {count} pesan atau butir, paling banyak {most} sekali tempel. Tempel sebagian dulu.",
        "Too many: {count} messages or items, at most {most} in one paste. Paste a part of them first.",
    ),
    "ends_before_start": Words("Tanggal akhir mendahului tanggal awal.", "The last day lies before the first."),
    "weights_do_not_sum": Words(
        "Bobot harus berjumlah 100; ini {total}.", "Weights must sum to 100; these make {total}."
    ),
    "nothing_to_learn": Words(
        "Belum ada yang dapat dipelajari: perlu keputusan ya dan tidak dengan alasan yang mengajar; tercatat {count}. "
        "Bobot dinas tetap dipakai.",
        "Nothing to learn from yet: it takes decisions of both kinds with reasons that teach; there are {count}. "
        "The office's own weights stay in use.",
    ),
    "damaged_weights": Words(
        "Bobot hasil belajar tidak dapat dibaca. Bobot dinas sendiri dipakai; jalankan belajar sekali lagi.",
        "The learned weights cannot be read. The office's own weights are in use; learn once more.",
    ),
    "timetable_contradicts": Words("Tidak bisa: {clash}{named}.", "Not possible: {clash}{named}."),
    "sign_in_failed": Words("Nama atau kata sandi tidak cocok.", "Name or password do not match."),
    "too_many_tries": Words(
        "Terlalu banyak percobaan. Tunggu {seconds} detik.", "Too many attempts. Wait {seconds} seconds."
    ),
}

_HTTP: dict[int, Words] = {
    400: Words("Permintaan ini tidak terbaca.", "This request cannot be read."),
    403: Words("Halaman ini bukan untuk Anda.", "This page is not for you."),
    404: Words("Halaman ini tidak ada.", "There is no such page."),
    405: Words("Cara ini tidak dikenal di sini.", "This does not work that way."),
    413: Words("Kiriman terlalu besar.", "What was sent is too large."),
    500: Words(
        "Ada yang rusak di pihak kami. Tidak ada yang tersimpan.", "Something broke on our side. Nothing was saved."
    ),
    503: Words("Sedang sibuk. Coba lagi sebentar.", "Busy. Try again in a moment."),
}
_EXPIRED = Words(
    "Formulir ini sudah kedaluwarsa. Kembali, muat ulang halamannya, lalu kirim lagi.",
    "This form is too old. Go back, load the page again and send it again.",
)
_WHO = Words(", oleh {who} pada {when}", ", by {who} on {when}")
_NOBODY = Words("belum ada", "nobody")


def sentence(error: MatcherError, lang: str) -> str:
    """What *error* says in *lang*; gaps in its values show as a dash."""
    unit = error.values.get("unit")
    told = {name: _told(name, value, lang, unit) for name, value in error.values.items()}
    told |= {
        name: told[name].format_map(_Dashes(told)) for name, value in error.values.items() if isinstance(value, Term)
    }
    told["who_when"] = _who_when(error.values, lang)
    words = WORDS[error.code]
    return (words.en if lang == "en" else words.id).format_map(_Dashes(told))


class _Dashes(dict[str, str]):
    """Values of a sentence; one that is not known shows as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


_QUANTITIES = frozenset({"left", "asked", "gap", "verified", "promised", "smallest", "largest"})


def _told(name: str, value: Any, lang: str, unit: str | None) -> str:
    if isinstance(value, Term):
        value = value.words
    if isinstance(value, Words):
        return value.say(lang)
    if name == "holders":
        return ", ".join(_holder(part, lang) for part in value) or _NOBODY.say(lang)
    if isinstance(value, (tuple, list)):
        return ", ".join(_told("", part, lang, None) for part in value)
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        text = i18n.number(value, lang)
        return f"{text} {UNITS[unit].words.say(lang)}" if name in _QUANTITIES and unit in UNITS else text
    if isinstance(value, dt.datetime):
        return i18n.moment(value, lang)
    return str(value)


_ELSEWHERE = Words("kabupaten lain", "another kabupaten")


def _holder(part: dict[str, Any], lang: str) -> str:
    who = part["who"] or _ELSEWHERE.say(lang)
    by = f" ({part['code']}, {part['by']})" if part["code"] else ""
    return f"{who} {i18n.number(part['quantity'], lang)}{by}"


def _who_when(values: dict[str, Any], lang: str) -> str:
    if not values.get("who") or values.get("when") is None:
        return ""
    return _WHO.say(lang, who=values["who"], when=i18n.moment(values["when"], lang))


# --- answers ---------------------------------------------------------------------------------------------------------


def _page(status: int, text: str, *, request_id: str = "") -> Response:
    try:
        body = render_template("error.html", status=status, sentence=text, request_id=request_id)
    except (SQLAlchemyError, TemplateError):  # the page's frame reads the database, which may be what is broken
        body = f"{status}. {text} {request_id}"
    response = make_response(body, status)
    if status in (429, 503):
        response.headers["Retry-After"] = "5"
    return response


def init_app(app: Flask) -> None:
    """Give every error its page."""
    app.register_error_handler(MatcherError, _broken_rule)
    app.register_error_handler(StaleDataError, lambda _: _broken_rule(ChangedMeanwhile()))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(NoTurn, _busy)
    app.register_error_handler(DBAPIError, _unexpected)
    app.register_error_handler(Exception, _unexpected)


def _broken_rule(error: MatcherError) -> Response:
    return _page(error.status, sentence(error, i18n.lang()))


def form_expired() -> Response:
    """The answer to a form without a valid token."""
    return _page(400, _EXPIRED.say(i18n.lang()))


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    words = _HTTP.get(status) or _HTTP[400 if status < 500 else 500]
    return _page(status, words.say(i18n.lang()))


def _busy(error: OperationalError | NoTurn) -> Response:
    current_app.logger.warning("database: %s", type(getattr(error, "orig", error)).__name__)
    return _page(503, _HTTP[503].say(i18n.lang()))


def _unexpected(error: Exception) -> Response:
    request_id = uuid.uuid4().hex[:8]
    current_app.logger.error("%s: %s", request_id, type(error).__name__, exc_info=error)
    return _page(500, _HTTP[500].say(i18n.lang()), request_id=request_id)
