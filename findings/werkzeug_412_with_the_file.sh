#!/usr/bin/env bash
# Werkzeug 3.1.9: `send_file` answers a false `If-Match` with 412, and sends the whole file under it.
#
# The 304 of the same function has no body. A client that asks for a version of a large file, and is told that it has
# changed, receives all of it as the body of the error, with the media type and the ETag of the file.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q flask==3.1.3 werkzeug==3.1.9
cat > "$folder/files.py" <<'PROGRAM'
from io import BytesIO

from flask import Flask, send_file

app = Flask(__name__)


@app.get("/")
def read():
    return send_file(BytesIO(b"0" * 1000), "image/png", etag="second")


client = app.test_client()
for name, tag in (("If-Match", '"first"'), ("If-None-Match", '"second"')):
    response = client.get("/", headers={name: tag})
    print(name, response.status_code, len(response.data), response.content_type)
PROGRAM
seen=$("$folder/venv/bin/python" "$folder/files.py")
# Seen on 2026-11-29.
expected='If-Match 412 1000 image/png
If-None-Match 304 0 None'
echo "$seen"
[ "$seen" = "$expected" ]
