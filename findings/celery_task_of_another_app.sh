#!/usr/bin/env bash
# Celery 5.7.0: if two apps of a process have a task of the same name, one function runs for both, and it may be the
# first one or the second one.
#
# Tasks are shared by default: an app that is finalized, as a worker does when it starts, gets the tasks that all apps
# have declared until then. The name goes to the function that comes first, and Celery goes through them as a set, so
# this is not the order of their declaration. The decorated function of an app runs that function too, also if it is
# called directly. A DuplicateTaskNameWarning tells so. A task that is called before its app is finalized is the app's
# own. With `shared=False`, each app has its own function in both cases.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q celery==5.7.0
cat > "$folder/shop.py" <<'PROGRAM'
import sys
import warnings

from celery import Celery

when, *options = sys.argv[1:]
options = {"shared": False} if options else {}
first, second = Celery("first"), Celery("second")


@first.task(name="greet", **options)
def greet_first():
    return "first"


@second.task(name="greet", **options)
def greet_second():
    return "second"


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    if when == "finalized":
        first.finalize()
        second.finalize()
    ran = [greet_first(), greet_second()]
    assert ran == [first.tasks["greet"](), second.tasks["greet"]()]
    warned = sorted({warning.category.__name__ for warning in caught})
print(*(ran if ran == ["first", "second"] else ["one function" for _ in set(ran)]), *warned)
PROGRAM
run() { "$folder/venv/bin/python" "$folder/shop.py" "$@"; }
seen=$(run finalized; run called; run finalized private; run called private)
# Seen on 2026-11-29. Which function "one function" is differed between two versions of this program.
expected="one function DuplicateTaskNameWarning
first second DuplicateTaskNameWarning
first second
first second"
echo "$seen"
[ "$seen" = "$expected" ]
