"""From views to operations: signatures are read once, here, and become frozen records.

Registration time. What stands above reads operations, and no annotations.
"""
