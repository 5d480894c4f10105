"""What Flask does in every request of an app, at less cost.

Setup time installs it, if ``TYPED_LEAN_FLASK`` is on; request time. Each part replaces an attribute
of the app that Flask lets apps replace, and steps aside for a class or a method that the user or
another extension has put there before or puts there later. Flask's own code does the work wherever
a request is not plain.
"""
