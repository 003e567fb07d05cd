"""The explorer served to a browser on this machine, and to nobody else."""

import contextlib
import hmac
import json
import secrets
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any, Final
from urllib.parse import urlsplit

from cytoclust.errors import CytoclustError
from cytoclust.exploration._desk import Desk

__all__ = ["Server", "page"]

LOOPBACK: Final = "127.0.0.1"
"""Nobody else's machine reaches it; there is no way to ask for another address."""
_LONGEST: Final = 2**20
"""Bytes of a request. Chosen: a polygon of 2000 corners takes a tenth of it."""
_PATIENCE: Final = 30.0
"""Seconds that a silent browser is waited for. Chosen."""
_FILES: Final = {
    "": ("explore.html", "text/html; charset=utf-8"),
    "explore.js": ("explore.js", "text/javascript; charset=utf-8"),
    "explore.css": ("explore.css", "text/css; charset=utf-8"),
}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_API: Final = "api"


def page(name: str) -> str:
    """The text of a file of the page."""
    return resources.files("cytoclust.exploration").joinpath("page", name).read_text(encoding="utf-8")


class Server(ThreadingHTTPServer):
    """On loopback, on a port that the system chooses; what it is asked must bring the token of its address."""

    daemon_threads = True
    allow_reuse_address = False

    def __init__(self, desk: Desk):
        self.desk, self.token = desk, secrets.token_urlsafe(32)
        super().__init__((LOOPBACK, 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away is no fault; another is one of ours, and is told."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    @property
    def address(self) -> str:
        """What a browser is pointed to."""
        return f"http://{LOOPBACK}:{self.server_port}/{self.token}/"

    def serve_until_stopped(self) -> None:
        """Until Ctrl-C."""
        with self, contextlib.suppress(KeyboardInterrupt):
            self.serve_forever()

    def is_own(self, host: str) -> bool:
        """Whether a name is that of this server: another one that leads here is a page of elsewhere."""
        return host in (f"{LOOPBACK}:{self.server_port}", f"localhost:{self.server_port}")


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE

    def do_GET(self) -> None:
        """A file of the page."""
        if (part := self._allowed()) is None:
            return
        if part not in _FILES:
            self._refuse(404, "There is no such page.")
            return
        name, kind = _FILES[part]
        self._send(200, page(name).encode(), kind)

    def do_POST(self) -> None:
        """A request of the page."""
        if (part := self._allowed()) is None:
            return
        if part != _API:
            self._refuse(404, "There is no such page.")
            return
        origin = self.headers.get("Origin")
        if origin is not None and not (origin.startswith("http://") and self.server.is_own(origin[7:])):
            self._refuse(403, "Requests of other pages are refused.")
            return
        if self.headers.get_content_type() != "application/json":
            self._refuse(415, "A request must be JSON.")
            return
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and int(length) <= _LONGEST):
            self._refuse(413, f"A request must say its length, and be at most {_LONGEST} bytes long.")
            return
        try:
            request = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            self._refuse(400, "A request must be JSON.")
            return
        try:
            told: dict[str, Any] = self.server.desk.answer(request)
        except CytoclustError as error:
            self._refuse(400, str(error))
            return
        self._send(200, json.dumps(told, allow_nan=False).encode(), "application/json")

    def _allowed(self) -> str | None:
        """The part of the address behind the token; None where the request was refused."""
        path = urlsplit(self.path).path
        token, _, part = path.lstrip("/").partition("/")
        right = hmac.compare_digest(token.encode(), self.server.token.encode())
        if not self.server.is_own(self.headers.get("Host", "")):
            self._refuse(403, "This server answers to its own address only.")
        elif not right or not path.startswith(f"/{token}/"):
            self._refuse(403, "The address lacks its token: copy it whole from the terminal.")
        else:
            return part
        return None

    def _refuse(self, status: int, why: str) -> None:
        self.close_connection = True
        self._send(status, json.dumps({"error": why}).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store",
            "Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
        }.items():  # fmt: skip
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name that http.server has)
        """Nothing: the address, with its token, is nobody's business."""

    def version_string(self) -> str:
        """No versions."""
        return "cytoclust"
