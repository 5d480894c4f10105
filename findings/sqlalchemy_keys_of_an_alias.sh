#!/usr/bin/env bash
# SQLAlchemy 2.1.9: `Result.keys()` leaves out an entity that is an alias, though each row holds it.
#
# A select of a mapped class and a column has two keys and rows of two. A select of an alias of the class and the column has
# rows of two as well, but one key, so names and values that are zipped belong to each other no more.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q sqlalchemy==2.1.9
cat > "$folder/alias.py" <<'PROGRAM'
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column


class Base(DeclarativeBase):
    pass


class Book(Base):
    __tablename__ = "book"

    id: Mapped[int] = mapped_column(primary_key=True)


engine = sa.create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(Book())
    session.commit()
    for name, entity in (("class", Book), ("alias", aliased(Book))):
        result = session.execute(sa.select(entity, sa.literal(1).label("one")))
        keys = list(result.keys())
        print(name, keys, [len(row) for row in result])
PROGRAM
seen=$("$folder/venv/bin/python" "$folder/alias.py")
# Seen on 2026-11-30.
expected="class ['Book', 'one'] [2]
alias ['one'] [2]"
echo "$seen"
[ "$seen" = "$expected" ]
