# SPDX-License-Identifier: Apache-2.0
"""IP cameras that speak HTTP, with the faults of real ones."""

import base64
import collections
import contextlib
import http.server
import io
import ssl
import threading
import time
import urllib.parse

import sim_picture
from PIL import Image

SIZE = (320, 240)
FPS = 25


def jpeg_of(number):
    out = io.BytesIO()
    Image.fromarray(sim_picture.picture(number, *SIZE)).save(out, "JPEG", quality=90)
    return out.getvalue()


PICTURES = [jpeg_of(n) for n in range(24)]


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        self.options = {k: int(v) for k, v in urllib.parse.parse_qsl(url.query) if v.isdigit()}
        camera = self.server.camera
        with camera.lock:
            camera.gets[url.path] += 1
            camera.requests.append(self.path)
        if camera.login and self.headers.get("Authorization") != camera.login:
            self.answer(401, ("WWW-Authenticate", 'Basic realm="camera"'))
            return
        places = {
            "/stream": self.stream, "/snapshot.jpg": self.snapshot, "/page": self.page, "/half.jpg": self.half,
            "/moved": lambda: self.answer(302, ("Location", "/snapshot.jpg")),
            "/away": lambda: self.answer(302, ("Location", "file:///etc/hostname")),
            "/forbidden": lambda: self.answer(403),
            "/busy": lambda: self.answer(503),
            "/odd": lambda: self.answer(400),
            "/taken": lambda: self.answer(409),
            "/slam": lambda: None,
            "/babble": lambda: self.wfile.write(b"220 mail.example ESMTP\r\n" * 9),
            "/huge.jpg": self.huge,
            "/silent": lambda: time.sleep(7),
        }  # fmt: skip
        with contextlib.suppress(OSError):
            places.get(url.path, lambda: self.answer(404))()

    def answer(self, code, *headers, body=b""):
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def snapshot(self):
        with self.server.camera.lock:
            self.server.camera.number += 1
            picture = PICTURES[self.server.camera.number % len(PICTURES)]
        self.answer(200, ("Content-Type", "image/jpeg"), ("Content-Length", str(len(picture))), body=picture)

    def half(self):
        picture = PICTURES[0][: len(PICTURES[0]) // 2]
        self.answer(200, ("Content-Type", "image/jpeg"), ("Content-Length", str(len(picture))), body=picture)

    def huge(self):
        """Begins like a picture and never ends."""
        self.answer(200, ("Content-Type", "image/jpeg"), body=PICTURES[0][:-2])
        while True:
            self.wfile.write(bytes(1 << 20))

    def page(self):
        self.answer(200, ("Content-Type", "text/html"), body=b"<html>Log in</html>")

    def stream(self):
        """Options: nolen=1 no Content-Length, trunc=N each Nth is cut in half, lie=N the length of each Nth is twice
        what comes, stall=N and close=N after N pictures."""
        o = self.options
        self.answer(200, ("Content-Type", "multipart/x-mixed-replace; boundary=--rig"))
        for i in range(10**6):
            if i and i == o.get("close"):
                return
            if i and i == o.get("stall"):
                time.sleep(5)
                return
            picture = PICTURES[i % len(PICTURES)]
            length = len(picture)
            if o.get("trunc") and i % o["trunc"] == 0:
                picture = picture[: len(picture) // 2]
                length = len(picture)
            if o.get("lie") and i % o["lie"] == 0:
                length *= 2
            header = "--rig\r\nContent-Type: image/jpeg\r\n"
            header += "\r\n" if o.get("nolen") else f"Content-Length: {length}\r\n\r\n"
            self.wfile.write(header.encode() + picture + b"\r\n")
            time.sleep(1 / FPS)


class WebCamera:
    """`with WebCamera() as camera:` listens on 127.0.0.1; `login` is "user:password", `certificate` a PEM file with its key."""

    def __init__(self, login=None, certificate=None):
        self.login = login and "Basic " + base64.b64encode(login.encode()).decode()
        self.lock = threading.Lock()
        self.gets = collections.Counter()  # path -> how many
        self.requests = []
        self.number = 0
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.camera = self
        self.scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
            self.scheme = "https"
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def uri(self, path, login=""):
        return f"{self.scheme}://{login}127.0.0.1:{self.port}{path}"

    def id(self, path):
        """As docs/cameras.md tells, for a plain path."""
        return f"{self.scheme}-127.0.0.1_{self.port}" + path.replace("/", "-")
