#!/usr/bin/env bash
# Celery 5.7.0: a task that is marked as REVOKED in the result backend before a worker gets it runs, and its state
# becomes STARTED and SUCCESS.
#
# `result.revoke()` is a broadcast: only workers that are up hear it, and it stores nothing. So a program without
# workers may store the state itself, with `backend.mark_as_revoked(id)`. A worker does not read the stored state
# before it runs a task. With `track_started`, STARTED overwrites REVOKED; without it, SUCCESS does. The backend keeps
# only a SUCCESS against later states.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q celery==5.7.0
cat > "$folder/shop.py" <<'PROGRAM'
import sys
import time

from celery import Celery
from celery.contrib.testing.worker import start_worker

app = Celery("shop", broker="memory://", backend="cache+memory://")
app.conf.task_track_started = sys.argv[1] == "track"
seen = []


@app.task(bind=True)
def work(self):
    seen.append(app.AsyncResult(self.request.id).state)


sent = work.delay()
sent.revoke()
seen.append(app.AsyncResult(sent.id).state)
app.backend.mark_as_revoked(sent.id)
seen.append(app.AsyncResult(sent.id).state)
with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30):
    for _ in range(300):
        if app.AsyncResult(sent.id).state == "SUCCESS":
            break
        time.sleep(0.1)
print(*seen, app.AsyncResult(sent.id).state)
PROGRAM
seen=$(for way in track plain; do "$folder/venv/bin/python" "$folder/shop.py" "$way"; done)
# Seen on 2026-11-29. The third state is that in the task.
expected="PENDING REVOKED STARTED SUCCESS
PENDING REVOKED REVOKED SUCCESS"
echo "$seen"
[ "$seen" = "$expected" ]
