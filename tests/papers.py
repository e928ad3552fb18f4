"""What a real PDF and a real Word file say, without the spaces and line ends that each drawer sets as it likes."""

from __future__ import annotations

import re
from io import BytesIO

from docx import Document
from pypdf import PdfReader


def squeezed(text: str) -> str:
    """The text without spaces and line ends: where a line breaks is the drawer's business."""
    return re.sub(r"[\s\u200b\u00ad]+", "", text)


def of_pdf(body: bytes) -> str:
    """Every page of a PDF, squeezed."""
    return squeezed("".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages))


def of_docx(body: bytes) -> str:
    """Head, body and foot of a Word file, squeezed."""
    document = Document(BytesIO(body))
    page = document.sections[0]
    parts = [page.header, document.element.body, page.footer]
    texts = (
        "".join(node.text or "" for node in getattr(part, "_element", part).iter() if node.tag.endswith("}t"))
        for part in parts
    )
    return squeezed("".join(texts))
