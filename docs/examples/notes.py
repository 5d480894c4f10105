from flask import Flask
from flask_typed import Typed, TypedBlueprint

typed = Typed()
notes = TypedBlueprint("notes", __name__, url_prefix="/notes")


@notes.get("/")
def list_notes(text: str = "") -> list[str]:
    """List the notes that hold a text."""
    return [note for note in ("Buy milk", "Write docs") if text in note]


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["TYPED_TITLE"] = "Notes"
    typed.init_app(app)
    app.register_blueprint(notes)
    return app
