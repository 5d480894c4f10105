"""The crossings of a ferry company, on connexion 2 and moved to flask_typed."""
