"""From views to operations: signatures are read once, here, and become frozen records.

Registration time. Imports schemas, declare and exceptions; everything above reads Operations only.
"""
