from dataclasses import dataclass

from flask import Flask, Response, abort, request, send_from_directory
from flask_typed import Typed, TypedBlueprint

app = Flask(__name__, static_folder="dist/assets", static_url_path="/assets")
typed = Typed(app)
api = TypedBlueprint("api", __name__, url_prefix="/api")


@dataclass
class Book:
    title: str


@api.get("/books/<int:book_id>")
def read_book(book_id: int) -> Book:
    return Book("Emma")


app.register_blueprint(api)


@app.get("/")
@app.get("/<path:path>")
def show_page(path: str = "") -> Response:
    """Every other path is one of the front end, which draws it itself."""
    if path.startswith(("api/", "assets/")):
        abort(404)
    page = send_from_directory(f"{app.root_path}/dist", "index.html")
    page.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"
    page.headers["Cache-Control"] = "no-cache"
    return page


@app.after_request
def keep_assets(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code == 200:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
