"""An S3 server on this machine, which may fail."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cytoclust.io import _url_path

__all__ = ["Failing", "server", "upload"]

BUCKET = "cohort"


class Failing:
    """A WSGI application that answers every so many requests with an error of the server."""

    def __init__(self, application: Any):
        self.application, self.every, self.asked, self.failed = application, 0, 0, 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.asked += 1
        if self.every and self.asked % self.every == 0:
            self.failed += 1
            start_response("500 Internal Server Error", [("Content-Length", "0")])
            return [b""]
        return self.application(environ, start_response)


@contextmanager
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Failing]:
    """moto's server, on a free port, with an empty bucket; the environment says where it is and who may read."""
    moto_server = pytest.importorskip("moto.server", reason="moto is not installed")
    s3fs = pytest.importorskip("s3fs", reason="cytoclust[cloud] is not installed")
    from threading import Thread

    from werkzeug.serving import WSGIRequestHandler, make_server

    application = Failing(moto_server.DomainDispatcherApplication(moto_server.create_backend_app))
    serving = make_server(
        "127.0.0.1",
        0,
        application,
        threaded=True,
        request_handler=type("Quiet", (WSGIRequestHandler,), {"log": lambda *_: None}),
    )
    thread = Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    names = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{serving.server_port}", "AWS_ACCESS_KEY_ID": "anybody",
        "AWS_SECRET_ACCESS_KEY": "verysecret", "AWS_DEFAULT_REGION": "us-east-1",
    }  # fmt: skip
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(_url_path, "_PAUSE", 0.01)  # nothing is there to recover
    monkeypatch.setattr("botocore.retryhandler.delay_exponential", lambda *_, **__: 0.01)
    s3fs.S3FileSystem.clear_instance_cache()
    _url_path._INFOS.clear()
    try:
        urllib.request.urlopen(f"{names['AWS_ENDPOINT_URL']}/moto-api/reset", data=b"")  # noqa: S310
        s3fs.S3FileSystem().mkdir(BUCKET)
        yield application
    finally:
        s3fs.S3FileSystem.clear_instance_cache()
        serving.shutdown()
        thread.join()
        serving.server_close()


def upload(folder: Path, to: str = BUCKET) -> str:
    """The URL of a copy of a folder."""
    import s3fs

    system = s3fs.S3FileSystem()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            system.put_file(str(path), f"{to}/{path.relative_to(folder).as_posix()}")
    return f"s3://{to}"
