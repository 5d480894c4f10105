from flask import Flask
from flask_typed import Document, Typed

app = Flask(__name__)
app.config["TYPED_SERVERS"] = ["https://api.shop.example/v1"]
app.config["TYPED_DOCS_OPTIONS"] = {
    "persistAuthorization": True,
    "docExpansion": "none",
    "initOAuth": {"clientId": "shop-docs", "usePkceWithAuthorizationCodeGrant": True},
}
Typed(
    app,
    documents=[
        Document(),
        Document(url="/reference.json", docs_url="/reference", page="scalar"),
        Document(
            url="/staff.json", docs_url="/staff", page="redoc", page_options={"hideHostname": True}
        ),
    ],
)
