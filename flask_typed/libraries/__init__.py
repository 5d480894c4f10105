"""Names of other libraries that are private or undocumented: one module for each library.

Imports nothing of the package. Each module names the oldest and the newest version that it was
checked against; whoever raises a bound in ``setup.cfg`` reads that module again. To override a
documented hook in a subclass, as ``Field._deserialize``, needs no module here.
"""
