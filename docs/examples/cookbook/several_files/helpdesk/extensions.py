from flask_typed import Typed

typed = Typed()
