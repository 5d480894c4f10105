from flask import Flask
from flask_typed import Typed

app = Flask(__name__)
app.config.from_prefixed_env("SHOP")
typed = Typed(app)
