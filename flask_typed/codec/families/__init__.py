"""The families of types: how the values of each class of field go in and out, side by side.

Registration time. A new class of field is one entry in the module of its family.
"""
