"""The fields of each family of types: how its values are read, written and described.

Registration and request time. A family knows the ones below it and the tools in the folder above,
and nothing of annotations' tables, of constraints, or of marshmallow's own fields.
"""
