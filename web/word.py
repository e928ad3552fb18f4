"""Draws the sections of a paper as a Word file: real headings, tables and fields, so that the office can edit it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from web import sections as d

FONT = "Times New Roman"
WIDTH_CM = 16.6  #: of the text on A4
_LANGUAGES = {"id": "id-ID", "en": "en-GB"}
_GREY = RGBColor(0x80, 0x80, 0x80)
_NOBODY = "(" + "." * 44 + ")"


def draw(found: Sequence[d.Section]) -> bytes:
    """The file's bytes."""
    document = Document()
    _set_up(document)
    for section in found:
        _DRAWERS[section.kind](document, section)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _set_up(document: Any) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    page.top_margin, page.bottom_margin = Cm(1.8), Cm(2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(6)


def _say(
    place: Any, text: str = "", *, size: float = 0, bold: bool = False, align: Any = None, after: float = -1
) -> Any:
    """Add a paragraph; the text goes in as it is."""
    paragraph = place.add_paragraph()
    run = paragraph.add_run(text)
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if align is not None:
        paragraph.alignment = align
    if after >= 0:
        paragraph.paragraph_format.space_after = Pt(after)
    return paragraph


def _child(parent: Any, tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)
    return element


# --- one drawer a kind -----------------------------------------------------------------------------------------------


def _frame(document: Any, section: d.Frame) -> None:
    about = document.core_properties
    language = _LANGUAGES[section.lang]
    about.title, about.author, about.language, about.comments = section.title, section.author, language, ""
    about.created = about.modified = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
    _child(document.styles["Normal"].element.rPr, "w:lang", val=language)
    page = document.sections[0]
    if section.draft:
        mark = page.header.paragraphs[0]
        mark.alignment = ALIGN.CENTER
        run = mark.add_run(section.draft_word)
        run.bold, run.font.size, run.font.color.rgb = True, Pt(28), _GREY
    footer = page.footer.paragraphs[0]
    before, between = section.page
    footer.add_run(f"{section.footer}\t{before} ")
    _field(footer, "PAGE")
    footer.add_run(f" {between} ")
    _field(footer, "NUMPAGES")
    for run in footer.runs:
        run.font.size = Pt(8)
    footer.paragraph_format.tab_stops.clear_all()
    footer.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH_CM), 2)  # 2: flush right


def _field(paragraph: Any, code: str) -> None:
    """A number that Word works out itself."""
    run = paragraph.add_run()
    _child(run._r, "w:fldChar", fldCharType="begin")  # noqa: SLF001 - python-docx has no fields
    _child(run._r, "w:instrText").text = code  # noqa: SLF001
    _child(run._r, "w:fldChar", fldCharType="separate")  # noqa: SLF001
    _child(run._r, "w:t").text = "1"  # noqa: SLF001
    _child(run._r, "w:fldChar", fldCharType="end")  # noqa: SLF001


def _letterhead(document: Any, section: d.Letterhead) -> None:
    paragraph = None
    for place, line in enumerate(section.lines):
        size, bold = ((13, False), (16, True))[place] if place < 2 else (9.5, False)
        paragraph = _say(document, line, size=size, bold=bold, align=ALIGN.CENTER, after=0)
    if paragraph is not None:
        edges = _child(paragraph._p.get_or_add_pPr(), "w:pBdr")  # noqa: SLF001 - nor borders
        _child(edges, "w:bottom", val="thickThinSmallGap", sz="24", space="4", color="000000")
        paragraph.paragraph_format.space_after = Pt(14)


def _heading(document: Any, section: d.Heading) -> None:
    title = document.add_heading(level=1)
    title.alignment, title.paragraph_format.space_before, title.paragraph_format.space_after = (
        ALIGN.CENTER,
        Pt(6),
        Pt(2),
    )
    run = title.add_run(section.title)
    run.bold, run.underline, run.font.name, run.font.size = True, True, FONT, Pt(13)
    run.font.color.rgb = RGBColor(0, 0, 0)
    if section.below:
        _say(document, section.below, bold=True, align=ALIGN.CENTER, after=2)
    _say(document, f"{section.called}: {section.number}", align=ALIGN.CENTER, after=12)


def _text(document: Any, section: d.Text) -> None:
    _say(document, section.text, align=ALIGN.JUSTIFY)


def _entries(document: Any, section: d.Entries) -> None:
    _titled(document, section.title)
    first = 0.9 if section.numbered else 0.0
    widths = (first, section.labels, 0.5, WIDTH_CM - first - section.labels - 0.5)
    for number, entry in enumerate(section.entries, 1):
        table = document.add_table(rows=0, cols=4 if section.numbered else 3)
        for place, (label, value) in enumerate(entry.rows):
            row = table.add_row()
            _child(row._tr.get_or_add_trPr(), "w:cantSplit")  # noqa: SLF001
            told = (f"{number}." if place == 0 else "", label, ":", value)
            _fill(row, told[-len(row.cells) :], widths[-len(row.cells) :], size=section.size)
        _together(table)
        after = _say(document, entry.after, size=section.size)
        after.paragraph_format.left_indent = Cm(first)


def _titled(document: Any, title: str) -> None:
    """A title that stays with what it is about."""
    if title:
        _say(document, title, bold=True, after=2).paragraph_format.keep_with_next = True


def _items(document: Any, section: d.Items) -> None:
    _titled(document, section.title)
    for number, text in enumerate(section.texts, 1):
        item = _say(document, f"{number}.\t{text}", align=ALIGN.JUSTIFY, after=2)
        item.paragraph_format.left_indent, item.paragraph_format.first_line_indent = Cm(0.9), Cm(-0.6)
        item.paragraph_format.tab_stops.add_tab_stop(Cm(0.9))
    _say(document, after=2)


def _table(document: Any, section: d.Table) -> None:
    _titled(document, section.title)
    table = document.add_table(rows=0, cols=len(section.columns), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    whole = sum(column.width for column in section.columns)
    widths = [WIDTH_CM * column.width / whole for column in section.columns]
    centred = [column.number for column in section.columns]
    head = table.add_row()
    _child(head._tr.get_or_add_trPr(), "w:tblHeader")  # noqa: SLF001 - repeated on every page
    _fill(head, [column.head for column in section.columns], widths, size=9, bold=True, centred=[True] * len(widths))
    for cells in section.rows:
        row = table.add_row()
        _child(row._tr.get_or_add_trPr(), "w:cantSplit")  # noqa: SLF001
        _fill(row, cells, widths, size=9, centred=centred)
    if section.total:
        _fill(table.add_row(), section.total, widths, size=9, bold=True, centred=centred)
    if section.together:
        _together(table)
    _say(document, after=2)


def _together(table: Any) -> None:
    """Keep the rows of a table on one page."""
    for row in table.rows[:-1]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _fill(
    row: Any, texts: Sequence[str], widths: Sequence[float], *, size: float = 11, bold: bool = False,
    centred: Sequence[bool] = (),
) -> None:  # fmt: skip
    for place, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
        cell.width = Cm(width)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(1)
        run = paragraph.add_run(text)  # a line end in it becomes a line break
        run.bold, run.font.size = bold or None, Pt(size)
        if centred and centred[place]:
            paragraph.alignment = ALIGN.CENTER


def _signatures(document: Any, section: d.Signatures) -> None:
    if section.day:
        day = _say(document, section.day, align=ALIGN.CENTER)
        day.paragraph_format.left_indent, day.paragraph_format.keep_with_next = Cm(WIDTH_CM / 2), True
    if section.title:
        _say(document, section.title, align=ALIGN.CENTER).paragraph_format.keep_with_next = True
    side_by_side = min(len(section.signers), 2)
    table = document.add_table(rows=0, cols=side_by_side)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for first in range(0, len(section.signers), 2):
        row = table.add_row()
        _child(row._tr.get_or_add_trPr(), "w:cantSplit")  # noqa: SLF001
        here = section.signers[first : first + 2]
        cells = row.cells if len(here) == side_by_side else (row.cells[0].merge(row.cells[-1]),)
        for cell, signer in zip(cells, here, strict=True):
            _signature(cell, signer)


def _signature(cell: Any, signer: d.Signature) -> None:
    above = cell.paragraphs[0]
    above.alignment, above.paragraph_format.space_after = ALIGN.CENTER, Pt(54)
    above.add_run("\n".join(signer.above))
    name = _say(cell, signer.name or _NOBODY, bold=bool(signer.name), align=ALIGN.CENTER, after=0)
    name.runs[0].underline = bool(signer.name) or None
    _say(cell, signer.below, size=10, align=ALIGN.CENTER, after=12)


_DRAWERS: dict[str, Callable[[Any, Any], None]] = {
    "frame": _frame, "letterhead": _letterhead, "heading": _heading, "text": _text, "entries": _entries,
    "items": _items, "table": _table, "signatures": _signatures,
}  # fmt: skip
