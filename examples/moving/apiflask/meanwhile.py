"""An app of APIFlask with its first typed route: both kinds live in one app while you move."""

from apiflask import APIFlask, Schema, abort
from apiflask.fields import Integer
from flask_typed import Problem, Typed

app = APIFlask(__name__)
app.config.update(TYPED_OPENAPI_URL="/typed.json", TYPED_DOCS_URL="/typed")
typed = Typed(app)


@app.errorhandler(Problem)
def keep_problem(error):
    """Send the errors of typed routes as they are; APIFlask would replace their bodies."""
    return error


class Beds(Schema):
    free = Integer(required=True)


@app.put("/wards/<int:ward>/beds")
@app.input(Beds)
@app.output(Beds)
def set_beds(ward, json_data):
    return json_data if ward < 9 else abort(404, "There is no such ward.")


@typed.get("/wards")
def list_wards(floor: int = 0) -> list[str]:
    """List the wards of a floor."""
    return [f"ward {floor}{number}" for number in (1, 2)]
