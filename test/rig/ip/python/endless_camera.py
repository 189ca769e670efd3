# SPDX-License-Identifier: Apache-2.0
"""An RTSP camera whose H.264 picture never ends: fragments of one and the same, as fast as they are taken."""

import socket
import threading

SDP = (
    "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=control:trackID=0\r\n"
    "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\n"
)
FRAGMENT = 60_000
BODY = b"\x55" * FRAGMENT
FU_A, IDR, BEGINS = 28, 5, 0x80  # of RFC 6184 §5.8


class EndlessCamera:
    """`with EndlessCamera() as camera:` listens on 127.0.0.1 and serves one client after the other."""

    def __init__(self):
        self.sent = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.uri = f"rtsp://127.0.0.1:{self.port}/endless"
        self.id = f"rtsp-127.0.0.1_{self.port}-endless"

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.socket.close()

    def serve(self):
        try:
            while True:
                client, _ = self.socket.accept()
                with client:
                    self.talk(client)
        except OSError:
            pass  # the end

    def talk(self, client):
        try:
            requests = client.makefile("r", newline="\r\n")
            while self.answer(client, [line.strip() for line in iter(requests.readline, "\r\n")]):
                pass
            self.stream(client)
        except (OSError, IndexError):
            pass  # it has gone

    def answer(self, client, request):
        """False once it is to play."""
        method = request[0].split()[0]
        (number,) = (line for line in request if line.startswith("CSeq"))
        body = SDP if method == "DESCRIBE" else ""
        headers = {
            "OPTIONS": "Public: DESCRIBE, SETUP, PLAY, TEARDOWN\r\n",
            "DESCRIBE": f"Content-Base: {self.uri}/\r\nContent-Type: application/sdp\r\n",
            "SETUP": "Session: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n",
        }.get(method, "Session: 1\r\n")
        client.sendall(f"RTSP/1.0 200 OK\r\n{number}\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        return method != "PLAY"

    def stream(self, client):
        length = (14 + FRAGMENT).to_bytes(2, "big")
        sequence = 0
        while True:
            kind = bytes([0x60 | FU_A, IDR | (0 if sequence else BEGINS)])
            head = b"$\0" + length + bytes([0x80, 96]) + sequence.to_bytes(2, "big") + bytes(4) + b"uaca" + kind
            client.sendall(head + BODY)
            self.sent += FRAGMENT
            sequence = sequence % 0xFFFF + 1
