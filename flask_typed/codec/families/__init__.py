"""The families of types: how the values of each class of field enter and leave.

Registration time. A new class of field is one entry in the module of its family.
"""
