#!/usr/bin/env bash
# gunicorn 27.0.1: `environ["wsgi.input"].readline()` waits for 1,024 bytes, although a whole line has arrived.
#
# A body that is sent line by line, such as JSON Lines with an answer to each of them, is stuck until a kilobyte is
# there or the body ends: the reader under `readline()` asks for blocks of that size. wsgiref's server, whose input is
# a buffered socket, returns the line at once.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q gunicorn==27.0.1
cat > "$folder/lines.py" <<'PROGRAM'
import socket
import subprocess
import sys
import threading
import time
from wsgiref.simple_server import WSGIRequestHandler, make_server


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield environ["wsgi.input"].readline()


def ask(port):
    """Send one line of a longer body, and return whether it is answered before the rest is sent."""
    for _ in range(100):
        try:
            connection = socket.create_connection(("127.0.0.1", port))
            break
        except ConnectionRefusedError:
            time.sleep(0.1)
    connection.settimeout(2)
    connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\nhello\n")
    seen = b""
    try:
        while b"hello" not in seen:
            seen += connection.recv(1000)
    except TimeoutError:
        pass
    connection.close()
    return b"hello" in seen


class Silent(WSGIRequestHandler):
    def log_message(self, *args):
        pass


if __name__ == "__main__":
    with make_server("127.0.0.1", 0, app, handler_class=Silent) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        print("wsgiref", ask(server.server_port))
        server.shutdown()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--log-level", "critical", "-b", f"127.0.0.1:{port}", "lines:app"]
    process = subprocess.Popen(command, cwd=sys.path[0])
    print("gunicorn", ask(port))
    process.terminate()
    process.wait()
PROGRAM
seen=$("$folder/venv/bin/python" "$folder/lines.py")
# Seen on 2026-11-29.
expected='wsgiref True
gunicorn False'
echo "$seen"
[ "$seen" = "$expected" ]
