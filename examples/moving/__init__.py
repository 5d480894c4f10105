"""Small services before and after they were moved to flask_typed."""
