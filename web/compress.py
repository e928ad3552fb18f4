"""Sends text gzipped to whoever can read it: on a weak line a page is a quarter of its size."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

LEAST = 500  #: bytes below which packing gains nothing
_TEXT = frozenset({"text/html", "text/javascript", "text/css", "text/csv", "application/json", "image/svg+xml"})


def init_app(app: Flask) -> None:
    """Pack every textual answer of *app*."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if response.mimetype not in _TEXT or "Content-Encoding" in response.headers or response.status_code == 206:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"] or response.status_code == 304:
        return response
    response.direct_passthrough = False  # files are streamed otherwise
    plain = response.get_data()
    if len(plain) < LEAST:
        return response
    response.set_data(gzip.compress(plain, 6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    tag, _ = response.get_etag()
    if tag is not None:
        response.set_etag(tag, weak=True)  # the same page, in other bytes
    return response
