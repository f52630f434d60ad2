"""The kit's proxy in front of callers: forms come through whole, in memory, or not at all."""

import os
import re
import shutil
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from hotline.demo import free_port
from tests.demos import until

KIT = Path(__file__).parents[2] / "docs" / "deploy"


class _Slow(BaseHTTPRequestHandler):
    """One thread that reads the whole of a form before it answers, as a web process does."""

    spilt: ClassVar[list[str]] = []  # files without a name that the proxy holds meanwhile
    proxy: ClassVar[int]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        held = [os.readlink(each) for each in Path(f"/proc/{self.proxy}/fd").iterdir()]
        self.spilt.extend(path for path in held if "/body/" in path)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """No log."""


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx: apt install nginx-light")
def test_forms_that_are_never_finished_keep_nobody_out(tmp_path: Path) -> None:
    form = b"words=" + b"%E1%BA%A1" * 4_000
    half = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\nwords=a"
    with (
        HTTPServer(("127.0.0.1", 0), _Slow) as behind,
        nginx(tmp_path, behind.server_port) as port,
        ExitStack() as held,
    ):
        threading.Thread(target=behind.serve_forever, daemon=True).start()
        for _ in range(20):
            held.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(half)
        _Slow.proxy = int((tmp_path / "pid").read_text())
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", form, timeout=20) as answer:
            assert answer.read() == form
        behind.shutdown()
    assert _Slow.spilt == []  # and nothing of a form lay in a file


@contextmanager
def nginx(folder: Path, behind: int) -> Iterator[int]:
    """The kit's proxy for the callers' side, as the onion service meets it; its port."""
    port = free_port("127.0.0.1", 0)
    text = (KIT / "proxy" / "nginx.conf").read_text().partition("    # The desk:")[0] + "}\n"
    text = re.sub(r" *ssl_.*\n| *listen 443 ssl;\n", "", text)
    text = text.replace("127.0.0.1:8082", f"127.0.0.1:{port}").replace(":8080", f":{behind}")
    text = text.replace("http {", f"http {{ client_body_temp_path {folder}/body; ", 1)
    (folder / "nginx.conf").write_text(text)
    settings = f"daemon off; master_process off; pid {folder}/pid;"
    command = ("nginx", "-q", "-c", str(folder / "nginx.conf"), "-g", settings)
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: can_connect(port))
            yield port
        finally:
            process.terminate()
            process.wait(10)


def can_connect(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
