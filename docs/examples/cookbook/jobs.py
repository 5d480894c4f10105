from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Interval
from flask import Flask, url_for
from flask_typed import Accepted, Problem, Query, Typed, raises

app = Flask(__name__)
typed = Typed(app)

Seconds = Annotated[int, Query(), Interval(ge=0, le=20)]


@dataclass
class Job:
    id: int
    state: Literal["running", "done", "failed"]
    rows: int | None = None


@dataclass
class Jobs:
    """The jobs of this process, four of which run at a time."""

    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4))
    futures: dict[int, Future[int]] = field(default_factory=dict)

    def start(self, work: Callable[[], int]) -> Job:
        number = len(self.futures) + 1
        self.futures[number] = self.pool.submit(work)
        return Job(number, "running")

    def read(self, number: int) -> Job:
        future = self.futures[number]
        if not future.done():
            return Job(number, "running")
        if future.exception() is not None:
            return Job(number, "failed")
        return Job(number, "done", future.result())


jobs = Jobs()


class JobNotFound(Problem):
    """No job has this id."""

    status = 404


@typed.post("/exports")
def start_export(year: int) -> Accepted[Job]:
    """Start an export of the tickets of a year."""
    job = jobs.start(lambda: export_tickets(year))
    return Accepted(job, headers={"Location": url_for("read_job", job_id=job.id)})


@typed.get("/exports/<int:job_id>")
@raises(JobNotFound)
def read_job(job_id: int, patience: Seconds = 0) -> Job:
    """Read the state of an export; wait for its end for some seconds."""
    if job_id not in jobs.futures:
        raise JobNotFound
    wait([jobs.futures[job_id]], timeout=patience)
    return jobs.read(job_id)


def export_tickets(year: int) -> int:
    """Export the tickets of a year, and return their number."""
    with app.app_context():  # a job has no context of its own
        app.logger.info("Exporting %s", year)
        return len(str(year))
