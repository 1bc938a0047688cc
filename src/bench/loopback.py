"""A stand-in for Bedrock that costs nothing: it answers every POST at once with one picture.

    python3 loopback.py PICTURE [CERTIFICATE KEY] [--latency SECONDS]

prints its URL when it listens, and a second one for HTTPS if there is a certificate, and serves until it is stopped.
It knows neither models nor signatures, so that what is measured against it is the client alone. A POST to / is for
STS: it hands out a role. A picture can be made to take its time, as a model does: those below /slow take 100 ms.
"""

import argparse
import base64
import socketserver
import ssl
import sys
import threading
import time

SLOW = 0.1  # seconds

ROLE = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser>
<AssumedRoleId>AROABENCH:bench</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/bench/bench</Arn>
</AssumedRoleUser><Credentials><AccessKeyId>ASIABENCH</AccessKeyId><SecretAccessKey>bench</SecretAccessKey>
<SessionToken>bench</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>
<ResponseMetadata><RequestId>bench</RequestId></ResponseMetadata></AssumeRoleResponse>"""


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
        path = request.split()[1]
        if path == b"/":
            self.wfile.write(self.server.role)
        else:
            time.sleep(SLOW if path.startswith(b"/slow/") else self.server.latency)
            self.wfile.write(self.server.picture)
        return headers.get(b"connection") != b"close"

    def finish(self):
        try:
            super().finish()
        except OSError:
            pass  # the client left first, which is its right


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, picture, latency, tls=None):
        super().__init__(("127.0.0.1", 0), Answer)
        image = base64.b64encode(picture)
        body = b'{"result":"success","artifacts":[{"seed":7,"base64":"' + image + b'","finishReason":"SUCCESS"}]}'
        self.picture = response(b"application/json", body)
        self.role = response(b"text/xml", ROLE)
        self.latency = latency
        self.tls = tls

    def finish_request(self, request, client_address):
        # In the connection's own thread, which a handshake may keep waiting.
        if self.tls:
            request = self.tls.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def response(content_type, body):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (content_type, len(body))
    return head + body


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("picture")
    parser.add_argument("certificate", nargs="?")
    parser.add_argument("key", nargs="?")
    parser.add_argument("--latency", type=float, default=0)
    arguments = parser.parse_args()
    with open(arguments.picture, "rb") as file:
        picture = file.read()
    servers = [("http://127.0.0.1:%d", Server(picture, arguments.latency))]
    if arguments.certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(arguments.certificate, arguments.key)
        servers.append(("https://localhost:%d", Server(picture, arguments.latency, tls)))
    for url, server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(url % server.server_address[1], flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
