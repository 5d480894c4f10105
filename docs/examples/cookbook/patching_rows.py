from dataclasses import dataclass

from flask import Flask
from flask_typed import Patch, Typed
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

app = Flask(__name__)
typed = Typed(app)


class Base(DeclarativeBase):
    pass


class TaskRow(Base):
    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    done: Mapped[bool]
    changes: Mapped[int]
    internal_note: Mapped[str]


@dataclass
class Task:
    title: str
    done: bool = False


row = TaskRow(id=1, title="Order toner", done=False, changes=0, internal_note="cheap one")


@typed.patch("/task", returns=Task)
def change_task(patch: Patch[Task]) -> TaskRow:
    """Change the task."""
    patch.apply(row)
    if "done" in patch.given and patch.values.done:
        row.internal_note = "ordered"
    row.changes += bool(patch)
    return row
