#!/usr/bin/env bash
# gunicorn 27.0.1 with gevent 26.9.0: a request that is still waiting when the graceful timeout ends is never
# interrupted. Its `finally` does not run: no rollback, no temporary file removed.
#
# At SIGTERM the gevent worker waits for its requests as long as `graceful_timeout` says, and would then stop its
# server, which kills what is left. But the master process waits for just as long, and kills the worker first.
# A request that ends within the timeout cleans up as ever.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q 'gunicorn[gevent]==27.0.1' gevent==26.9.0
cat > "$folder/shop.py" <<'PROGRAM'
import pathlib
import time


def app(environ, start_response):
    name, seconds = environ["PATH_INFO"].strip("/").split("/")
    pathlib.Path(f"{name}.began").touch()
    try:
        time.sleep(float(seconds))
    finally:
        pathlib.Path(f"{name}.cleaned").touch()
    start_response("200 OK", [])
    return [b"done"]
PROGRAM
cd "$folder"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
venv/bin/gunicorn -k gevent --graceful-timeout 4 --no-control-socket -b "127.0.0.1:$port" shop:app 2> log &
server=$!
ask() {
    python3 - "$port" "$1" <<'PROGRAM' &
import http.client, sys, time
for _ in range(100):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=60)
        connection.request("GET", sys.argv[2])
        connection.getresponse().read()
        break
    except ConnectionRefusedError:
        time.sleep(0.1)
    except (OSError, http.client.HTTPException):
        break
PROGRAM
}
ask /short/2
ask /long/50
for _ in $(seq 300); do
    if [ -e short.began ] && [ -e long.began ]; then break; fi
    sleep 0.1
done
kill -TERM "$server"
wait "$server" || true
seen=$(ls | grep -E 'began|cleaned')
# Seen on 2026-11-28: the short request has cleaned up, the long one has not.
expected="long.began
short.began
short.cleaned"
echo "$seen"
[ "$seen" = "$expected" ]
