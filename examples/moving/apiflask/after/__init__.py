"""The appointments of a clinic, moved to Flask with flask_typed."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from annotated_types import Ge, Interval, Len, MaxLen
from flask import Flask, Response, request, url_for
from flask.views import MethodView
from flask_typed import (
    Created,
    Depends,
    File,
    Form,
    Header,
    HTTPBearer,
    InsufficientScope,
    MediaType,
    NotAuthenticated,
    Problem,
    Query,
    RequestInvalid,
    Security,
    SecurityScopes,
    Typed,
    TypedBlueprint,
    raises,
)
from typing_extensions import NotRequired, TypedDict
from werkzeug.exceptions import HTTPException, NotFound

from ..clinic import USERS, Appointment, Clinic, Doctor, Pagination, State
from .schemas import (
    AppointmentChange,
    AppointmentIn,
    AppointmentOut,
    AppointmentsOut,
    DoctorOut,
    Login,
    MeOut,
    RoomIn,
    SlotsOut,
    SummaryOut,
    Token,
    UploadOut,
)

clinic = Clinic()
reset = clinic.reset

# Users

auth = HTTPBearer(name="BearerAuth")


@dataclass
class User:
    name: str
    role: str


def get_user(token: Annotated[str, Depends(auth)], roles: SecurityScopes) -> User:
    if token not in USERS:
        raise NotAuthenticated
    name, _, role = USERS[token]
    if not set(roles) <= {role}:
        raise InsufficientScope
    return User(name, role)


CurrentUser = Annotated[User, Security(get_user)]
Desk = Annotated[User, Security(get_user, scopes=["desk"])]

# Errors


class DoctorNotFound(Problem):
    """There is no such doctor."""

    status = 404
    detail = "No doctor has this id."


class AppointmentNotFound(Problem):
    """There is no such appointment."""

    status = 404
    detail = "There is no such appointment."

    appointment_id: int


class SlotTaken(Problem):
    """The time is taken."""

    status = 409
    detail = "Somebody else has this time."

    retry_after: Annotated[int, Header()]


class WrongPassword(Problem):
    """The login is not accepted."""

    status = 400
    detail = "Name and password do not go together."


class ErrorBody(TypedDict):
    """The format of errors that the clients know."""

    message: str
    detail: dict[str, Any]
    error_code: NotRequired[str]


def make_error(error: HTTPException) -> ErrorBody:
    if isinstance(error, RequestInvalid):
        return ErrorBody(message="Validation error", detail=error.data["messages"])
    detail = error.detail if isinstance(error, Problem) else None
    body = ErrorBody(message=detail or error.name, detail={})
    if isinstance(error, AppointmentNotFound):
        body["detail"] = {"id": error.appointment_id}
    if isinstance(error, SlotTaken):
        body["error_code"] = "slot_taken"
    return body


# Doctors

doctors = TypedBlueprint("doctors", __name__, url_prefix="/doctors", tags=["Doctors"])


@raises(DoctorNotFound)
def get_doctor(doctor_id: int) -> Doctor:
    if doctor_id not in clinic.doctors:
        raise DoctorNotFound
    return clinic.doctors[doctor_id]


DoctorInPath = Annotated[Doctor, Depends(get_doctor)]


@doctors.get("", returns=list[DoctorOut])
def list_doctors(speciality: Literal["eyes", "teeth"] | None = None) -> list[Doctor]:
    """List the doctors."""
    return [d for d in clinic.doctors.values() if speciality in (None, d.speciality)]


@doctors.get("/<int:doctor_id>", returns=DoctorOut)
def read_doctor(doctor: DoctorInPath) -> Doctor:
    """Read one doctor."""
    return doctor


@doctors.get("/<int:doctor_id>/slots", returns=SlotsOut)
def list_slots(doctor: DoctorInPath, day: dt.date) -> dict[str, Any]:
    """List the free times of a day."""
    return {"day": day, "free": clinic.find_free(doctor, day)}


class Rooms(MethodView):
    def get(self, doctor: DoctorInPath) -> Annotated[Any, RoomIn]:
        """List the rooms of a doctor."""
        return doctor

    def put(
        self, doctor: DoctorInPath, rooms: Annotated[dict[str, Any], RoomIn], user: Desk
    ) -> Annotated[Any, RoomIn]:
        """Give a doctor other rooms."""
        doctor.rooms = rooms["rooms"]
        return doctor


doctors.add_url_rule("/<int:doctor_id>/rooms", view_func=Rooms.as_view("rooms"))

# Appointments

appointments = TypedBlueprint("appointments", __name__, url_prefix="/appointments")


@raises(AppointmentNotFound)
def get_appointment(appointment_id: int, user: CurrentUser) -> Appointment:
    found = clinic.appointments.get(appointment_id)
    if found is None or (user.role != "desk" and found.patient != user.name):
        raise AppointmentNotFound(appointment_id=appointment_id)
    return found


AppointmentInPath = Annotated[Appointment, Depends(get_appointment)]


@appointments.post("", returns=Created[AppointmentOut])
@raises(DoctorNotFound, SlotTaken)
def book(new: Annotated[dict[str, Any], AppointmentIn], user: CurrentUser) -> Created[Appointment]:
    """Book an appointment."""
    doctor = get_doctor(new.pop("doctor_id"))
    if clinic.is_taken(doctor, new["starts"]):
        raise SlotTaken(retry_after=60)
    made = clinic.book(user.name, doctor, **new)
    location = url_for(".read_appointment", appointment_id=made.id)
    return Created(made, headers={"Location": location})


def describe(pagination: Pagination) -> dict[str, Any]:
    """Return the numbers of a page, and the URLs of others."""

    def link(page: int) -> str:
        size = pagination.per_page
        return url_for(str(request.endpoint), page=page, per_page=size, _external=True)

    return {
        "page": pagination.page,
        "per_page": pagination.per_page,
        "pages": pagination.pages,
        "total": pagination.total,
        "current": link(pagination.page),
        "next": link(pagination.next_num) if pagination.has_next else "",
        "prev": link(pagination.prev_num) if pagination.has_prev else "",
        "first": link(1),
        "last": link(pagination.pages),
    }


@dataclass
class Window:
    page: Annotated[int, Ge(1)] = 1
    per_page: Annotated[int, Interval(ge=1, le=50)] = 20


@appointments.get("", returns=AppointmentsOut)
def list_appointments(
    user: CurrentUser, window: Annotated[Window, Query()], state: State | None = None
) -> dict[str, Any]:
    """List your appointments; the desk sees all."""
    found = clinic.find(None if user.role == "desk" else user.name, state)
    pagination = Pagination(found, window.page, window.per_page)
    return {"appointments": pagination.items, "pagination": describe(pagination)}


@appointments.get("/<int:appointment_id>", returns=AppointmentOut)
def read_appointment(appointment: AppointmentInPath) -> Appointment:
    """Read one appointment."""
    return appointment


@appointments.patch("/<int:appointment_id>", returns=AppointmentOut)
def change_appointment(
    user: Desk,
    appointment: AppointmentInPath,
    changes: Annotated[dict[str, Any], AppointmentChange(partial=True)],
) -> Appointment:
    """Change some fields of an appointment."""
    for name, value in changes.items():
        setattr(appointment, name, value)
    return appointment


@appointments.delete("/<int:appointment_id>")
def delete_appointment(appointment: AppointmentInPath) -> None:
    """Delete an appointment."""
    del clinic.appointments[appointment.id]


@appointments.post("/<int:appointment_id>/documents", returns=Created[UploadOut])
def add_document(
    appointment: AppointmentInPath,
    document: Annotated[bytes, File(), MediaType("application/pdf", "image/png"), MaxLen(1024)],
    title: Annotated[str, Form(), Len(1, 40)],
) -> Created[dict[str, Any]]:
    """Upload a document."""
    appointment.files[title] = document
    return Created({"title": title, "size": len(document)})


@appointments.get("/<int:appointment_id>/documents/<title>")
@raises(NotFound)
def read_document(
    appointment: AppointmentInPath, title: str
) -> Annotated[bytes, MediaType("application/pdf")]:
    """Download a document."""
    content = appointment.files.get(title)
    if content is None:
        raise NotFound
    return content


# The app

app = Flask(__name__)
app.config.update(TYPED_TITLE="Clinic", TYPED_VERSION="1.2.0")
typed = Typed(app, problem_shape=make_error)
app.register_blueprint(doctors)
app.register_blueprint(appointments)


@app.errorhandler(404)
def handle_missing(error: HTTPException) -> Any:
    """Give the 404 of an unknown URL the format of all others."""
    return error if isinstance(error, Problem) else (make_error(error), 404)


@typed.post("/token", returns=Token)
@raises(WrongPassword)
def log_in(login: Annotated[dict[str, Any], Login]) -> dict[str, str]:
    """Log in."""
    for token, (name, password, _) in USERS.items():
        if (name, password) == (login["name"], login["password"]):
            return {"token": token}
    raise WrongPassword


@typed.get("/me", returns=MeOut)
def read_me(user: CurrentUser) -> User:
    """Read who is logged in."""
    return user


@typed.get("/summary", returns=SummaryOut)
def summarize(accept_language: Annotated[str, Header()] = "en") -> dict[str, Any]:
    """Count the appointments."""
    states = Counter(a.state.value for a in clinic.appointments.values())
    return {"language": accept_language, "by_state": states}


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "fine"}


@app.after_request
def log(response: Response) -> Response:
    clinic.log.append(response.status)
    response.headers["X-Requests"] = str(len(clinic.log))
    return response
