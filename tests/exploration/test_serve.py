"""Only a browser on this machine that was given the address is answered, and only the page's own requests."""

import http.client
import inspect
import ipaddress
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cytoclust.exploration import Desk, Server, gating_ml
from tests.exploration.toy import toy

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(Desk(toy(tmp_path_factory.mktemp("toy")), title="toy", gate=gating_ml)) as served:
        threading.Thread(target=served.serve_forever, args=(0.02,), daemon=True).start()
        yield served
        served.shutdown()


def asked(server: Server, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in {**({"Content-Length": str(len(body))} if body is not None else {}), **headers}.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer
    finally:
        connection.close()


def post(server: Server, request: Any, **headers: str) -> int:
    body = request if isinstance(request, bytes) else json.dumps(request).encode()
    return asked(server, "POST", f"/{server.token}/api", body, **({"Content_Type": "application/json"} | headers))[0]


def test_the_page_is_given_to_who_has_the_token(server: Server) -> None:
    for part in ("", "explore.js", "explore.css"):
        status, answer = asked(server, "GET", f"/{server.token}/{part}")
        assert status == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert post(server, {"do": "open"}) == 200


@pytest.mark.parametrize("path", ["/", "/explore.js", "/api", "/wrong/", "/wrong/api", "//", "/%00/"])
def test_without_the_token_nothing_is_given(server: Server, path: str) -> None:
    assert asked(server, "GET", path)[0] == 403
    assert asked(server, "POST", path, b"{}", Content_Type="application/json")[0] == 403


def test_a_token_that_is_nearly_right_is_wrong(server: Server) -> None:
    for token in (server.token[:-1], server.token + "x", server.token.swapcase(), "%C3%A9"):
        assert asked(server, "GET", f"/{token}/")[0] == 403
    assert len(server.token) >= 43  # 256 bits


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", "127.0.0.1.evil.example:{port}"]
)
def test_a_name_of_elsewhere_that_leads_here_is_refused(server: Server, host: str) -> None:
    assert asked(server, "GET", f"/{server.token}/", Host=host.format(port=server.server_port))[0] == 403


def test_requests_of_other_pages_are_refused(server: Server) -> None:
    own = f"http://127.0.0.1:{server.server_port}"
    assert post(server, {"do": "open"}, Origin=own) == 200
    for origin in ("http://evil.example", "null", f"https://127.0.0.1:{server.server_port}", f"{own}.evil.example"):
        assert post(server, {"do": "open"}, Origin=origin) == 403
    assert post(server, {"do": "open"}, Content_Type="text/plain") == 415


@pytest.mark.parametrize(
    "part", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "page/explore.js", "./explore.js", "_serve.py"]
)
def test_no_other_file_is_given(server: Server, part: str) -> None:
    assert asked(server, "GET", f"/{server.token}/{part}")[0] == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[" * 100_000, b'"x"', b"{}", b'{"do": "run"}', b'{"do": "update", "selection": 3}',
     b'{"do": "update", "cut": {"marker": "CD3", "at": "1"}}',
     b'{"do": "update", "want": {"pairs": [["CD3", "__proto__"]]}}',
     b'{"do": "make", "what": "passwd"}', b'{"do": "update", "filters": {"qc": ["better"]}}'],
)  # fmt: skip
def test_what_is_no_request_is_refused_in_a_line(server: Server, body: bytes) -> None:
    assert post(server, body) == 400


def test_a_length_that_is_none_or_too_long_is_refused(server: Server) -> None:
    for length in ("", "-1", "x", str(2**40), "٣"):
        assert asked(server, "POST", f"/{server.token}/api", None, Content_Type="application/json", **(
            {"Content_Length": length.encode().decode("latin-1")} if length else {}))[0] == 413  # fmt: skip


def test_it_listens_on_this_machine_alone_and_cannot_be_asked_to_do_otherwise(server: Server) -> None:
    assert ipaddress.ip_address(server.server_address[0]).is_loopback
    assert list(inspect.signature(Server).parameters) == ["desk"]
    with pytest.raises(TypeError):
        Server(server.desk, host="0.0.0.0")  # type: ignore[call-arg]  # noqa: S104
    assert server.address == f"http://127.0.0.1:{server.server_port}/{server.token}/"


def test_nothing_is_written_where_no_folder_is(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    selection = [{"kind": "clusters", "clusters": ["0"]}]
    assert post(server, {"do": "update", "selection": selection}) == 200
    assert post(server, {"do": "make", "what": "rule", "name": "x", "save": True}) == 200
    assert list(tmp_path.iterdir()) == []
