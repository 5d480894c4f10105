"""The stock of a record shop, on flask-smorest and moved to flask_typed."""
