"""The API of the company, on connexion 2, which reads ``openapi.yaml``."""

import connexion

from ..company import open_company


def reset():
    app.extensions["company"] = open_company()


def create_app(office_key="anchor"):
    outer = connexion.FlaskApp(__name__, specification_dir=".")
    outer.add_api("openapi.yaml", strict_validation=True, validate_responses=True)
    app = outer.app
    app.config["OFFICE_KEY"] = office_key
    app.extensions["company"] = open_company()
    return app


app = create_app()
