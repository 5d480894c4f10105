"""The appointments of a clinic, as APIFlask's documentation teaches to write them."""

from collections import Counter

from apiflask import (
    APIBlueprint,
    APIFlask,
    FileSchema,
    HTTPError,
    HTTPTokenAuth,
    abort,
    pagination_builder,
)
from flask import Response
from flask.views import MethodView

from ..clinic import USERS, Clinic, Pagination
from .schemas import (
    AppointmentChange,
    AppointmentIn,
    AppointmentOut,
    AppointmentsOut,
    AppointmentsQuery,
    DoctorOut,
    DoctorsQuery,
    LanguageIn,
    Login,
    MeOut,
    RoomIn,
    SlotsOut,
    SlotsQuery,
    SummaryOut,
    Token,
    UploadIn,
    UploadOut,
)

clinic = Clinic()
reset = clinic.reset

# Users

auth = HTTPTokenAuth()


@auth.verify_token
def verify_token(token):
    user = USERS.get(token)
    return {"name": user[0], "role": user[2]} if user else None


@auth.get_user_roles
def get_user_roles(user):
    return user["role"]


# Errors


class SlotTaken(HTTPError):
    status_code = 409
    message = "Somebody else has this time."
    extra_data = {"error_code": "slot_taken"}


# Doctors

doctors = APIBlueprint("doctors", __name__, url_prefix="/doctors", tag="Doctors")


def get_doctor(doctor_id):
    return clinic.doctors.get(doctor_id) or abort(404, "No doctor has this id.")


@doctors.get("")
@doctors.input(DoctorsQuery, location="query")
@doctors.output(DoctorOut(many=True))
def list_doctors(query_data):
    """List the doctors."""
    wanted = query_data["speciality"]
    return [d for d in clinic.doctors.values() if wanted in (None, d.speciality)]


@doctors.get("/<int:doctor_id>")
@doctors.output(DoctorOut)
def read_doctor(doctor_id):
    """Read one doctor."""
    return get_doctor(doctor_id)


@doctors.get("/<int:doctor_id>/slots")
@doctors.input(SlotsQuery, location="query")
@doctors.output(SlotsOut)
def list_slots(doctor_id, query_data):
    """List the free times of a day."""
    day = query_data["day"]
    return {"day": day, "free": clinic.find_free(get_doctor(doctor_id), day)}


class Rooms(MethodView):
    @doctors.output(RoomIn)
    def get(self, doctor_id):
        """List the rooms of a doctor."""
        return get_doctor(doctor_id)

    @doctors.auth_required(auth, roles=["desk"])
    @doctors.input(RoomIn)
    @doctors.output(RoomIn)
    def put(self, doctor_id, json_data):
        """Give a doctor other rooms."""
        doctor = get_doctor(doctor_id)
        doctor.rooms = json_data["rooms"]
        return doctor


doctors.add_url_rule("/<int:doctor_id>/rooms", view_func=Rooms.as_view("rooms"))

# Appointments

appointments = APIBlueprint("appointments", __name__, url_prefix="/appointments")


def get_appointment(appointment_id):
    user = auth.current_user
    found = clinic.appointments.get(appointment_id)
    if found is None or (user["role"] != "desk" and found.patient != user["name"]):
        abort(404, "There is no such appointment.", detail={"id": appointment_id})
    return found


@appointments.post("")
@appointments.auth_required(auth)
@appointments.input(AppointmentIn)
@appointments.output(AppointmentOut, status_code=201)
@appointments.doc(responses={404: "There is no such doctor.", 409: "The time is taken."})
def book(json_data):
    """Book an appointment."""
    doctor = get_doctor(json_data.pop("doctor_id"))
    if clinic.is_taken(doctor, json_data["starts"]):
        raise SlotTaken(headers={"Retry-After": "60"})
    made = clinic.book(auth.current_user["name"], doctor, **json_data)
    return made, 201, {"Location": f"/appointments/{made.id}"}


@appointments.get("")
@appointments.auth_required(auth)
@appointments.input(AppointmentsQuery, location="query")
@appointments.output(AppointmentsOut)
def list_appointments(query_data):
    """List your appointments; the desk sees all."""
    user = auth.current_user
    found = clinic.find(None if user["role"] == "desk" else user["name"], query_data["state"])
    pagination = Pagination(found, query_data["page"], query_data["per_page"])
    return {"appointments": pagination.items, "pagination": pagination_builder(pagination)}


@appointments.get("/<int:appointment_id>")
@appointments.auth_required(auth)
@appointments.output(AppointmentOut)
def read_appointment(appointment_id):
    """Read one appointment."""
    return get_appointment(appointment_id)


@appointments.patch("/<int:appointment_id>")
@appointments.auth_required(auth, roles=["desk"])
@appointments.input(AppointmentChange(partial=True))
@appointments.output(AppointmentOut)
def change_appointment(appointment_id, json_data):
    """Change some fields of an appointment."""
    found = get_appointment(appointment_id)
    for name, value in json_data.items():
        setattr(found, name, value)
    return found


@appointments.delete("/<int:appointment_id>")
@appointments.auth_required(auth)
@appointments.output({}, status_code=204)
def delete_appointment(appointment_id):
    """Delete an appointment."""
    del clinic.appointments[get_appointment(appointment_id).id]
    return ""


@appointments.post("/<int:appointment_id>/documents")
@appointments.auth_required(auth)
@appointments.input(UploadIn, location="form_and_files")
@appointments.output(UploadOut, status_code=201)
def add_document(appointment_id, form_and_files_data):
    """Upload a document."""
    content = form_and_files_data["document"].read()
    title = form_and_files_data["title"]
    get_appointment(appointment_id).files[title] = content
    return {"title": title, "size": len(content)}


@appointments.get("/<int:appointment_id>/documents/<title>")
@appointments.auth_required(auth)
@appointments.output(FileSchema, content_type="application/pdf")
def read_document(appointment_id, title):
    """Download a document."""
    content = get_appointment(appointment_id).files.get(title)
    if content is None:
        abort(404)
    return Response(content, mimetype="application/pdf")


# The app

app = APIFlask(__name__, title="Clinic", version="1.2.0", docs_path="/docs")
app.security_schemes = {"BearerAuth": {"type": "http", "scheme": "bearer"}}
app.register_blueprint(doctors)
app.register_blueprint(appointments)


@app.post("/token")
@app.input(Login)
@app.output(Token)
def log_in(json_data):
    """Log in."""
    for token, (name, password, _) in USERS.items():
        if (name, password) == (json_data["name"], json_data["password"]):
            return {"token": token}
    return abort(400, "Name and password do not go together.")


@app.get("/me")
@app.auth_required(auth)
@app.output(MeOut)
def read_me():
    """Read who is logged in."""
    return auth.current_user


@app.get("/summary")
@app.input(LanguageIn, location="headers")
@app.output(SummaryOut)
def summarize(headers_data):
    """Count the appointments."""
    states = Counter(a.state.value for a in clinic.appointments.values())
    return {"language": headers_data["accept_language"], "by_state": states}


@app.get("/health")
@app.doc(hide=True)
def health():
    return {"status": "fine"}


@app.after_request
def log(response):
    clinic.log.append(response.status)
    response.headers["X-Requests"] = str(len(clinic.log))
    return response
