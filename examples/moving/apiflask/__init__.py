"""A service, before and after it was moved over from APIFlask."""
