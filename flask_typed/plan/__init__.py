"""From views to operations: signatures are read once, here, and become frozen records.

Registration time. The layers above read operations only, never annotations.
"""
