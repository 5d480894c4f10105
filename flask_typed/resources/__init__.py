"""Lists in pages, by filters and in order.

The classes make their providers at registration time, and page what a view gives them at request
time. SQLAlchemy is imported only if a view gives one of its objects.
"""
