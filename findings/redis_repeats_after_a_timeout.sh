#!/usr/bin/env bash
# redis-py 8.1.0: a TimeoutError that the caller's own timer raises while a command waits makes it send the command again.
#
# Timers such as `signal.setitimer` raise the builtin TimeoutError in the code that waits. The client takes it for a
# timeout of its socket, connects again, and repeats the command, also one that is not idempotent: the server counts
# twice, and the caller sees no error. An exception of any other class ends the command.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q redis==8.1.0
cat > "$folder/orders.py" <<'PROGRAM'
import signal
import socketserver
import threading
import time

import redis

received = []


class Slow(socketserver.StreamRequestHandler):
    """Answers as a server of Redis, to the first INCR after a second."""

    def handle(self):
        while line := self.rfile.readline():
            words = []
            for _ in range(int(line[1:])):
                self.rfile.readline()
                words.append(self.rfile.readline().strip().upper())
            if words[0] != b"INCR":
                self.wfile.write(b"+OK\r\n")
                continue
            received.append(words)
            if len(received) == 1:
                time.sleep(1)
            self.wfile.write(b":%d\r\n" % len(received))


def fire(kind):
    def handler(number, frame):
        raise kind("the caller's own timer")

    return handler


socketserver.ThreadingTCPServer.daemon_threads = True
with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Slow) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for kind in (TimeoutError, RuntimeError):
        received.clear()
        client = redis.Redis(port=server.server_address[1], protocol=2)
        signal.signal(signal.SIGALRM, fire(kind))
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        try:
            result = client.execute_command("INCR", "orders")
        except Exception as error:
            result = type(error).__name__
        print(kind.__name__, result, len(received))
    server.shutdown()
PROGRAM
seen=$("$folder/venv/bin/python" "$folder/orders.py")
# Seen on 2026-11-29.
expected='TimeoutError 2 2
RuntimeError RuntimeError 1'
echo "$seen"
[ "$seen" = "$expected" ]
