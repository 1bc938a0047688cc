"""A stand-in for Bedrock that costs nothing: it answers every POST at once with one picture.

    python3 loopback.py PICTURE

prints its URL when it listens, and serves until it is stopped. It knows neither models nor signatures, so that what
is measured against it is the client alone.
"""

import base64
import socketserver
import sys


class Answer(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        while self.answer_one():
            pass

    def answer_one(self):
        """Reads one request to its end and answers it; false when the connection is done."""
        request = self.rfile.readline()
        if not request:
            return False
        headers = {}
        while (line := self.rfile.readline().strip()):
            name, _, value = line.partition(b":")
            headers[name.strip().lower()] = value.strip().lower()
        if b"content-length" not in headers:
            self.wfile.write(b"HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return False
        if headers.get(b"expect") == b"100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.rfile.read(int(headers[b"content-length"]))
        self.wfile.write(self.server.response)
        return headers.get(b"connection") != b"close"

    def finish(self):
        try:
            super().finish()
        except OSError:
            pass  # the client left first, which is its right


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, picture):
        super().__init__(("127.0.0.1", 0), Answer)
        image = base64.b64encode(picture)
        body = b'{"result":"success","artifacts":[{"seed":7,"base64":"' + image + b'","finishReason":"SUCCESS"}]}'
        self.response = (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        ) + body

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        server = Server(file.read())
    print("http://127.0.0.1:%d" % server.server_address[1], flush=True)
    server.serve_forever()
