from hashlib import scrypt

from flask import Flask
from flask_typed import Typed

app = Flask(__name__)
typed = Typed(app)


@typed.get("/key")
def read_key(password: str) -> str:
    """Derive a key from a password."""
    return scrypt(password.encode(), salt=b"salt", n=2**14, r=8, p=1).hex()
