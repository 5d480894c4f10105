"""Names of other libraries that are private or undocumented: modules for each library.

Imports nothing of the package. Each module names the oldest and the newest version that it was
checked against: read the module again before you raise a bound in ``setup.cfg``. A subclass that
overrides a documented hook, such as ``Field._deserialize``, does not belong here.
"""
