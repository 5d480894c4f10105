from flask import Flask

from .extensions import typed
from .pages import pages
from .tickets import tickets
from .users import users


def create_app() -> Flask:
    app = Flask(__name__)
    typed.init_app(app)
    app.register_blueprint(pages)
    app.register_blueprint(tickets)
    app.register_blueprint(users)
    return app
