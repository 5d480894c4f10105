"""A zoo: an API with something of everything that a document can say.

Everything is kept in memory, for one worker.
"""

from __future__ import annotations

import dataclasses
import itertools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from io import BytesIO
from typing import Annotated, Any, Generic, Literal, TypedDict, TypeVar
from uuid import UUID, uuid4

from annotated_types import Ge, Gt, Le, Len, MaxLen, MultipleOf
from flask import Flask, Response, send_file
from flask_typed import (
    Accepted,
    APIKeyHeader,
    BasicCredentials,
    Body,
    Cookie,
    Created,
    Depends,
    Form,
    Header,
    HTTPBasic,
    HTTPBearer,
    Link,
    MediaType,
    NotAuthenticated,
    Path,
    Problem,
    Query,
    ReadOnly,
    Returns,
    Security,
    Typed,
    TypedBlueprint,
    WriteOnly,
    raises,
)
from typing_extensions import Doc
from werkzeug.datastructures import FileStorage

T = TypeVar("T")

KEEPER = ("keeper", "straw and water")
PARTNER_KEY = "a key of a partner"
#: A token that stays known, for programs.
LASTING_TOKEN = "a-token-that-lasts"

PNG = MediaType("image/png")
CSV = MediaType("text/csv")
TEXT = MediaType("text/plain")

Name = Annotated[str, Len(1, 40), Doc("What it is called.")]
Id = Annotated[int, Path(description="Which one."), Ge(1), Le(2**31 - 1)]
Weight = Annotated[Decimal, Gt(0), Le(10_000), Doc("In kilograms.")]


# What is said when something goes wrong.


class AnimalNotFound(Problem):
    """No animal has this id."""

    status = 404
    animal_id: int


class PictureNotFound(Problem):
    """The animal has no picture."""

    status = 404
    animal_id: int


class VisitNotFound(Problem):
    """No visit has this id."""

    status = 404
    visit_id: UUID


class NameTaken(Problem):
    """Another animal has this name."""

    status = 409
    taken: str


class WrongPassword(Problem):
    """Nobody has this name and this password."""

    status = 401


# What is kept, and what travels.


class Diet(Enum):
    """What an animal eats."""

    PLANTS = "plants"
    MEAT = "meat"
    BOTH = "both"


@dataclass(kw_only=True)
class Cat:
    """A cat, large or small.

    :param kind: tells it from other animals.
    :param id: given by the zoo.
    :param diet: what it eats.
    :param lives: how many it has left.
    :param tags: words to find it by.
    :param enclosure: where it lives; nowhere, while it is in quarantine.
    """

    kind: Literal["cat"]
    id: Annotated[int, ReadOnly()] = 0
    name: Name
    weight: Weight
    diet: Diet = Diet.MEAT
    lives: Annotated[int, Ge(0), Le(9)] = 9
    tags: Annotated[list[Annotated[str, Len(1, 20)]], MaxLen(5)] = field(default_factory=list)
    enclosure: Annotated[str, Len(1, 20)] | None = None


@dataclass(kw_only=True)
class Parrot:
    """A bird that talks.

    :param kind: tells it from other animals.
    :param id: given by the zoo.
    :param words: what it says, and how often a day.
    :param hatched: its birthday.
    :param enclosure: where it lives; nowhere, while it is in quarantine.
    """

    kind: Literal["parrot"]
    id: Annotated[int, ReadOnly()] = 0
    name: Name
    weight: Weight
    words: dict[str, Annotated[int, Ge(0)]] = field(default_factory=dict)
    hatched: date | None = None
    enclosure: Annotated[str, Len(1, 20)] | None = None


Animal = Cat | Parrot


class Changes(TypedDict, total=False):
    """What may be changed; what is left out stays."""

    name: Name
    weight: Weight
    enclosure: Annotated[str, Len(1, 20), Doc("Where it lives.")] | None


@dataclass
class Quarantine:
    """A stay before an animal moves in.

    :param animal_id: whose it is.
    :param until: when it ends.
    """

    animal_id: int
    until: datetime


@dataclass
class Page(Generic[T]):
    """A part of a list.

    :param items: what is in it.
    :param following: the cursor of the part that follows, if one does.
    """

    items: list[T]
    following: str | None


@dataclass
class Paging:
    """Which part of a list is wanted.

    :param limit: how many items it has at most.
    :param cursor: where it begins; ``following`` of the part before.
    """

    limit: Annotated[int, Ge(1), Le(50)] = 10
    cursor: Annotated[int, Ge(0), Le(2**31 - 1)] = 0


@dataclass
class Where:
    """What animals have to be like.

    :param enclosure: the place where they live.
    :param heavier: kilograms that they weigh at least.
    """

    enclosure: Annotated[str, Len(1, 20)] | None = None
    heavier: Annotated[Decimal, Ge(0), Le(10_000)] = Decimal(0)


@dataclass
class Credentials:
    """Who somebody is.

    :param name: the keeper's.
    :param password: the keeper's.
    """

    name: Annotated[str, Len(1, 40)]
    password: Annotated[str, WriteOnly(), Len(1, 100)]


@dataclass
class Session:
    """A login.

    :param token: lets a keeper in.
    :param lasts: for how long it does.
    """

    token: str
    lasts: timedelta


@dataclass
class Guest:
    """Somebody who visits.

    :param age: in years.
    :param allergies: what they should keep away from.
    """

    age: Annotated[int, Ge(0), Le(130)]
    allergies: set[Annotated[str, Len(1, 20)]] = field(default_factory=set)


@dataclass
class Visit:
    """A visit to the zoo.

    :param id: given by the zoo.
    :param day: of the visit.
    :param arrival: on that day, by the clock of the zoo.
    :param guests: who comes.
    :param paid: what they paid, in whole cents.
    :param spot: where they want to meet, in metres from the entrance: east, north.
    """

    id: Annotated[UUID, ReadOnly()] = field(default_factory=uuid4, kw_only=True)
    day: date
    arrival: time
    guests: Annotated[list[Guest], Len(1, 10)]
    paid: Annotated[Decimal, Ge(0), Le(1_000), MultipleOf(Decimal("0.01"))] = Decimal(0)
    spot: tuple[int, int] | None = None


@dataclass
class Report:
    """What came of a table.

    :param added: how many animals there are now that were not there.
    :param refused: the numbers of the lines that could not be read.
    """

    added: int
    refused: list[int]


class Counts(TypedDict):
    """How many animals there are."""

    cats: int
    parrots: int
    mean_weight: float | None


@dataclass
class Photo:
    """What is known of a picture.

    :param caption: what stands below it.
    :param taken: the day.
    :param size: in bytes.
    :param extras: the names of what was uploaded beside it.
    """

    caption: str
    taken: date | None
    size: int
    extras: list[str]


@dataclass
class Zoo:
    """All there is."""

    animals: dict[int, Animal] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)
    pictures: dict[int, bytes] = field(default_factory=dict)
    visits: dict[UUID, Visit] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    ids: Any = field(default_factory=lambda: itertools.count(1))

    def add(self, animal: Animal) -> Animal:
        """Let an animal in.

        :raises NameTaken: Another animal has its name.
        """
        self.check_name(animal.name, 0)
        added = dataclasses.replace(animal, id=next(self.ids))
        self.animals[added.id] = added
        return added

    def check_name(self, name: str, animal_id: int) -> None:
        """Raise for a name that another animal has.

        :raises NameTaken: It does.
        """
        if any(a.name == name for i, a in self.animals.items() if i != animal_id):
            raise NameTaken(taken=name)


zoo = Zoo()

# Who may do what.

bearer = HTTPBearer(name="keeper", description="The token of a login.")
basic = HTTPBasic(name="basic", description="The name and the password of a keeper.")
partner = APIKeyHeader("X-Partner-Key", name="partner", description="The key of a partner.")


def enter(token: Annotated[str, Security(bearer)]) -> str:
    """Let in who has a token of ours."""
    if token not in (LASTING_TOKEN, *zoo.tokens):
        raise NotAuthenticated
    return token


def enter_by_password(credentials: Annotated[BasicCredentials, Security(basic)]) -> str:
    """Let in who knows a keeper's password."""
    if (credentials.username, credentials.password) != KEEPER:
        raise NotAuthenticated
    return credentials.username


def enter_by_either(secret: Annotated[str, Security(bearer | partner)]) -> str:
    """Let in keepers and partners."""
    if secret not in (PARTNER_KEY, LASTING_TOKEN, *zoo.tokens):
        raise NotAuthenticated
    return secret


def enter_by_key(key: Annotated[str, Security(partner)]) -> str:
    """Let in who has the key of a partner."""
    if key != PARTNER_KEY:
        raise NotAuthenticated
    return key


KEEPERS = Security(enter)


@raises(AnimalNotFound)
def find_animal(animal_id: Id) -> Animal:
    """Return an animal.

    :raises AnimalNotFound: No animal has the id.
    """
    if animal_id not in zoo.animals:
        raise AnimalNotFound(animal_id=animal_id)
    return zoo.animals[animal_id]


Found = Annotated[Animal, Depends(find_animal)]

sessions = TypedBlueprint("sessions", __name__, description="Logging in.")
animals = TypedBlueprint(
    "animals", __name__, url_prefix="/animals", description="Those who live here."
)
pictures = TypedBlueprint(
    "pictures", __name__, url_prefix="/<int:animal_id>/picture", description="How they look."
)
visits = TypedBlueprint("visits", __name__, url_prefix="/visits", description="Those who come.")
animals.register_blueprint(pictures)

LoggedIn = Annotated[
    Session,
    Returns(
        description="Who logs in gets a token, and a cookie for the page.",
        cookies={"keeper": Annotated[str, Doc("The keeper's name.")]},
        headers={"X-Lasts": Annotated[int, Doc("Seconds until the token is not known.")]},
        examples={"usual": Session("a1b2", timedelta(hours=1))},
    ),
]


@sessions.post("/session")
@raises(WrongPassword)
def log_in(credentials: Annotated[Credentials, Body(form=True)]) -> LoggedIn:
    """Log in, from a page or from a program."""
    if (credentials.name, credentials.password) != KEEPER:
        raise WrongPassword
    token = secrets.token_hex(8)
    zoo.tokens.add(token)
    cookie = f"keeper={credentials.name}; Path=/; SameSite=Lax"
    headers = {"X-Lasts": "3600", "Set-Cookie": cookie}
    return Session(token, timedelta(hours=1)), 200, headers  # type: ignore[return-value]  # Flask


@sessions.get("/session", dependencies=[KEEPERS])
def read_session(
    keeper: Annotated[str | None, Cookie(description="Who logged in on the page.")] = None,
) -> str | None:
    """Say who logged in on the page."""
    return keeper


@sessions.delete("/session")
def log_out(token: Annotated[str, Depends(enter)]) -> None:
    """Log out: the token is not known any more."""
    zoo.tokens.discard(token)


@animals.get("")
def list_animals(
    paging: Annotated[Paging, Query()],
    kind: Annotated[Literal["cat", "parrot"] | None, Query(description="Only those.")] = None,
    tags: Annotated[
        list[Annotated[str, Len(1, 20)]],
        Query(description="Cats that have all of them.", explode=False),
    ] = [],
    where: Annotated[
        Where | None, Query(description="What they are like.", style="deepObject")
    ] = None,
    accept_language: Annotated[str, Header(description="Is not looked at.")] = "en",
) -> Page[Animal]:
    """List the animals, in the order in which they came."""
    found = [animal for animal in zoo.animals.values() if is_wanted(animal, kind, tags, where)]
    later = [animal for animal in found if animal.id > paging.cursor]
    items = later[: paging.limit]
    return Page(items, str(items[-1].id) if len(later) > len(items) else None)


@animals.post("", dependencies=[KEEPERS])
@raises(NameTaken)
def add_animal(
    animal: Animal,
    quarantine: Annotated[bool, Query(description="It stays alone for a while.")] = False,
) -> (
    Annotated[
        Created[Animal],
        Returns(
            headers={"Location": Annotated[str, Doc("Where it is.")]},
            links={
                "read": Link(
                    "animals.animal", "GET", parameters={"animal_id": "$response.body#/id"}
                )
            },
        ),
    ]
    | Accepted[Quarantine]
):
    """Let an animal in, at once or after a quarantine."""
    added = zoo.add(animal)
    if quarantine:
        return Accepted(Quarantine(added.id, datetime.now(timezone.utc) + timedelta(days=30)))
    return Created(added, headers={"Location": f"/animals/{added.id}"})


@animals.get("/<int:animal_id>", endpoint="animal")
def read_animal(animal: Found) -> Animal:
    """Read about one animal."""
    return animal


@animals.put("/<int:animal_id>", dependencies=[KEEPERS])
@raises(NameTaken)
def replace_animal(old: Found, animal: Animal) -> Animal:
    """Replace what is known of an animal."""
    zoo.check_name(animal.name, old.id)
    zoo.animals[old.id] = dataclasses.replace(animal, id=old.id)
    return zoo.animals[old.id]


@animals.patch("/<int:animal_id>", dependencies=[KEEPERS])
@raises(NameTaken)
def change_animal(old: Found, changes: Changes) -> Animal:
    """Change what is known of an animal: only what is sent, the rest stays."""
    if "name" in changes:
        zoo.check_name(changes["name"], old.id)
    zoo.animals[old.id] = dataclasses.replace(old, **changes)
    return zoo.animals[old.id]


@animals.delete("/<int:animal_id>", dependencies=[KEEPERS])
def remove_animal(animal: Found) -> None:
    """Let an animal go."""
    for kept in (zoo.animals, zoo.notes, zoo.pictures):
        kept.pop(animal.id, None)  # type: ignore[attr-defined]  # they are dicts


@animals.get("/<int:animal_id>/notes")
def read_notes(animal: Found) -> Annotated[str, TEXT]:
    """Read the keepers' notes."""
    return zoo.notes.get(animal.id, "")


@animals.put("/<int:animal_id>/notes", dependencies=[KEEPERS])
def write_notes(
    animal: Found,
    text: Annotated[str, TEXT, MaxLen(1_000), Body(description="What keepers should know.")],
) -> None:
    """Write the keepers' notes, in place of those that are there."""
    zoo.notes[animal.id] = text


@animals.get("/table")
def read_table() -> Annotated[str, CSV, Returns(examples={"one": "cat,Tom,4.5\r\n"})]:
    """Read the animals as a table: kind, name and weight in each line."""
    lines = [f"{a.kind},{a.name.replace(',', ' ')},{a.weight}\r\n" for a in zoo.animals.values()]
    return "".join(lines)


@animals.post("/table", dependencies=[Security(enter_by_password)])
def add_table(
    table: Annotated[str, CSV, Body(description="Kind, name and weight in each line.")],
) -> Report:
    """Let animals in that stand in a table."""
    report = Report(0, [])
    for number, line in enumerate(table.splitlines(), 1):
        match line.split(","):
            case ["cat", name, weight] if weight.isdecimal() and 0 < len(name) <= 40:
                try:
                    zoo.add(Cat(kind="cat", name=name, weight=Decimal(int(weight) % 9_999 + 1)))
                    report.added += 1
                except NameTaken:
                    report.refused.append(number)
            case _:
                report.refused.append(number)
    return report


@animals.get("/counts", dependencies=[Security(enter_by_key)])
def count_animals() -> Counts:
    """Count the animals, for partners."""
    weights = [float(animal.weight) for animal in zoo.animals.values()]
    return {
        "cats": sum(isinstance(animal, Cat) for animal in zoo.animals.values()),
        "parrots": sum(isinstance(animal, Parrot) for animal in zoo.animals.values()),
        "mean_weight": sum(weights) / len(weights) if weights else None,
    }


@animals.get("/<any(cats, parrots):kinds>/names", dependencies=[Security(enter_by_either)])
def list_names(
    kinds: Annotated[Literal["cats", "parrots"], Path(description="Whose names.")],
) -> list[str]:
    """List names, for keepers and for partners."""
    return [animal.name for animal in zoo.animals.values() if f"{animal.kind}s" == kinds]


@pictures.put("", dependencies=[KEEPERS])
def upload_picture(
    animal: Found,
    picture: Annotated[FileStorage, PNG],
    caption: Annotated[str, Form(description="What stands below it."), Len(1, 80)],
    taken: Annotated[date | None, Form(description="The day.")] = None,
    extras: list[FileStorage] = [],
) -> Photo:
    """Upload a picture, with what belongs to it."""
    data = picture.stream.read()
    zoo.pictures[animal.id] = data
    return Photo(caption, taken, len(data), [extra.filename or "" for extra in extras])


@pictures.get("")
@raises(PictureNotFound)
def read_picture(animal: Found) -> Annotated[Response, Returns(status=200), PNG]:
    """Look at an animal."""
    if animal.id not in zoo.pictures:
        raise PictureNotFound(animal_id=animal.id)
    return send_file(BytesIO(zoo.pictures[animal.id]), mimetype="image/png", conditional=False)


@visits.post("")
def book_visit(
    visit: Annotated[
        Visit,
        Body(
            examples={
                "school": {
                    "day": "2027-05-01",
                    "arrival": "09:30:00",
                    "guests": [{"age": 9}],
                    "paid": "12.50",
                }
            }
        ),
    ],
    idempotency_key: Annotated[UUID | None, Header(description="Is not looked at.")] = None,
) -> Created[Visit]:
    """Book a visit."""
    booked = dataclasses.replace(visit, id=uuid4())
    zoo.visits[booked.id] = booked
    return Created(booked)


@visits.get("/<uuid:visit_id>")
@raises(VisitNotFound)
def read_visit(visit_id: Annotated[UUID, Path(description="Which one.")]) -> Visit:
    """Read about a visit."""
    if visit_id not in zoo.visits:
        raise VisitNotFound(visit_id=visit_id)
    return zoo.visits[visit_id]


@visits.post("/<uuid:visit_id>/guests")
@raises(VisitNotFound)
def add_guest(
    visit_id: Annotated[UUID, Path(description="Which one.")],
    guest: Annotated[Guest, Body()],
    number: Annotated[int, Body(description="How many of them."), Ge(1), Le(3)] = 1,
) -> Visit:
    """Add guests who are alike to a visit."""
    visit = read_visit(visit_id)
    visit.guests = [*visit.guests, *[guest] * number][:10]
    return visit


def is_wanted(animal: Animal, kind: str | None, tags: list[str], where: Where | None) -> bool:
    """Say whether an animal is one that is looked for."""
    where = where or Where()
    return (
        kind in (None, animal.kind)
        and set(tags) <= set(getattr(animal, "tags", ()))
        and where.enclosure in (None, animal.enclosure)
        and animal.weight >= where.heavier
    )


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make the app."""
    app = Flask(__name__)
    app.config.from_mapping(
        TYPED_TITLE="Zoo",
        TYPED_VERSION="1.0.0",
        TYPED_CONTACT={"name": "The zoo", "url": "https://zoo.example", "email": "zoo@zoo.example"},
        TYPED_LICENSE="MIT",
        TYPED_SERVERS=["https://zoo.example/api"],
        MAX_CONTENT_LENGTH=1024 * 1024,
        SECRET_KEY="no secret",  # nothing is signed
    )
    app.config.from_mapping(config or {})
    Typed(app)
    for blueprint in (sessions, animals, visits):
        app.register_blueprint(blueprint)
    return app
