from reading import create_app
from werkzeug.middleware.proxy_fix import ProxyFix

app = create_app()
# One proxy in front: it says who the client is, and how it came.
app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
