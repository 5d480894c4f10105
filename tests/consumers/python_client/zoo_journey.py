"""A day in the zoo, with the client that openapi-python-client makes: ``… URL``."""

import datetime
import sys
from io import BytesIO
from typing import TypeVar
from uuid import UUID

from zoo_client import AuthenticatedClient, Client, models
from zoo_client.api.animals import (
    animals_add_animal,
    animals_animal,
    animals_change_animal,
    animals_count_animals,
    animals_list_animals,
    animals_list_names,
    animals_read_notes,
    animals_read_table,
    animals_remove_animal,
    animals_replace_animal,
)
from zoo_client.api.pictures import animals_pictures_read_picture, animals_pictures_upload_picture
from zoo_client.api.sessions import sessions_log_in, sessions_log_out, sessions_read_session
from zoo_client.api.visits import visits_add_guest, visits_book_visit, visits_read_visit
from zoo_client.types import File

T = TypeVar("T")

PNG = b"\x89PNG\r\n\x1a\n and so on"
KINDS = models.AnimalsListNamesKinds


def expect(kind: type[T], answer: object) -> T:
    """Return an answer that is of the class that it has to be."""
    assert isinstance(answer, kind), answer
    return answer


def log_in(url: str) -> AuthenticatedClient:
    """Log in by JSON and by a form, with the wrong password and with the right one."""
    guest = Client(url)
    wrong = sessions_log_in.sync(client=guest, body=models.Credentials("keeper", "no"))
    expect(models.WrongPassword, wrong)
    form = models.SessionsLogInDataBody("keeper", "straw and water")
    expect(models.Session, sessions_log_in.sync(client=guest, body=form))
    answer = sessions_log_in.sync(client=guest, body=models.Credentials(form.name, form.password))
    keeper = AuthenticatedClient(url, expect(models.Session, answer).token)
    assert sessions_read_session.sync(client=keeper, keeper="keeper") == "keeper"
    assert sessions_read_session.sync(client=keeper) is None
    return keeper


def keep_animals(url: str, keeper: AuthenticatedClient) -> int:
    """Let animals in, change and remove them; return the id of one that stays."""
    guest = Client(url)
    cat = models.CatInput(models.CatInputKind.CAT, "Tom", "4.5", tags=["grey"])
    stranger = AuthenticatedClient(url, "no token")
    expect(models.NotAuthenticated, animals_add_animal.sync(client=stranger, body=cat))
    tom = expect(models.Cat, animals_add_animal.sync(client=keeper, body=cat))
    assert (tom.name, tom.weight, tom.lives, tom.diet) == ("Tom", "4.5", 9, models.Diet.MEAT)
    taken = expect(models.NameTaken, animals_add_animal.sync(client=keeper, body=cat))
    assert taken.taken == "Tom"
    words = models.ParrotInputWords()
    words["hello"] = 3
    bird = models.ParrotInput(models.ParrotInputKind.PARROT, "Polly", "0.4", words=words)
    stay = expect(
        models.Quarantine, animals_add_animal.sync(client=keeper, body=bird, quarantine=True)
    )
    assert stay.until > datetime.datetime.now(datetime.timezone.utc)
    polly = expect(models.Parrot, animals_animal.sync(stay.animal_id, client=guest))
    assert isinstance(polly.words, models.ParrotWords)
    assert polly.words.additional_properties == {"hello": 3}
    heavy = models.Changes(weight="5.25", enclosure="hill")
    changed = expect(models.Cat, animals_change_animal.sync(tom.id, client=keeper, body=heavy))
    assert (changed.weight, changed.enclosure) == ("5.25", "hill")
    wrong = models.CatInput(models.CatInputKind.CAT, "", "-1", lives=10)
    invalid = animals_replace_animal.sync(tom.id, client=keeper, body=wrong)
    pointers = [fault.pointer for fault in expect(models.RequestInvalid, invalid).errors]
    assert sorted(pointers) == ["/lives", "/name", "/weight"]
    page = expect(models.PageCatOrParrot, animals_list_animals.sync(client=guest, limit=1))
    assert ([animal.id for animal in page.items], page.following) == ([tom.id], str(tom.id))
    rest = animals_list_animals.sync(client=guest, cursor=int(page.following or 0))
    assert [type(animal) for animal in expect(models.PageCatOrParrot, rest).items] == [
        models.Parrot
    ]
    assert animals_list_names.sync(KINDS.CATS, client=keeper) == ["Tom"]
    partner = AuthenticatedClient(
        url, "a key of a partner", prefix="", auth_header_name="X-Partner-Key"
    )
    counts = expect(models.Counts, animals_count_animals.sync(client=partner))
    assert (counts.cats, counts.parrots) == (1, 1)
    assert expect(str, animals_read_table.sync(client=guest)).splitlines()[0] == "cat,Tom,5.25"
    assert animals_read_notes.sync(tom.id, client=guest) == ""
    assert animals_remove_animal.sync_detailed(polly.id, client=keeper).status_code == 204
    gone = expect(models.AnimalNotFound, animals_animal.sync(polly.id, client=guest))
    assert gone.animal_id == polly.id
    return tom.id


def show_pictures(url: str, keeper: AuthenticatedClient, animal_id: int) -> None:
    """Upload files with fields, and get the picture back."""
    guest = Client(url)
    none = animals_pictures_read_picture.sync(animal_id, client=guest)
    expect(models.PictureNotFound, none)
    body = models.AnimalsPicturesUploadPictureBody(
        "On the hill",
        File(BytesIO(PNG), "tom.png", "image/png"),
        taken=datetime.date(2026, 5, 1),
        extras=[File(BytesIO(b"1"), "a.txt"), File(BytesIO(b"2"), "b.txt")],
    )
    photo = animals_pictures_upload_picture.sync(animal_id, client=keeper, body=body)
    known = expect(models.Photo, photo)
    assert (known.caption, known.taken, known.size) == ("On the hill", body.taken, len(PNG))
    assert known.extras == ["a.txt", "b.txt"]
    picture = expect(File, animals_pictures_read_picture.sync(animal_id, client=guest))
    assert picture.payload.read() == PNG


def visit(url: str) -> None:
    """Book a visit, with what has a form of its own: dates, times, decimals, tuples, sets."""
    guest = Client(url)
    child = models.GuestInput(9, allergies=["straw"])
    new = models.VisitInput(
        datetime.date(2027, 5, 1), "09:30:00", [child], paid="12.50", spot=[3, -4]
    )
    booked = expect(models.Visit, visits_book_visit.sync(client=guest, body=new))
    assert (booked.day, booked.paid, booked.spot) == (new.day, "12.50", [3, -4])
    assert booked.guests == [models.Guest(9, ["straw"])]
    assert visits_read_visit.sync(booked.id, client=guest) == booked
    more = models.VisitsAddGuestBody(models.GuestInput(40), number=2)
    fuller = expect(models.Visit, visits_add_guest.sync(booked.id, client=guest, body=more))
    assert [each.age for each in fuller.guests] == [9, 40, 40]
    missing = expect(models.VisitNotFound, visits_read_visit.sync(UUID(int=7), client=guest))
    assert missing.visit_id == UUID(int=7)


def main(url: str) -> None:
    """Live a day in the zoo at a URL."""
    keeper = log_in(url)
    animal_id = keep_animals(url, keeper)
    show_pictures(url, keeper, animal_id)
    visit(url)
    assert sessions_log_out.sync_detailed(client=keeper).status_code == 204
    expect(models.NotAuthenticated, sessions_read_session.sync(client=keeper))
    print("all is well")


if __name__ == "__main__":
    main(sys.argv[1])
