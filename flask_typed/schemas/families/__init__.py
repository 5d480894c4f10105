"""The fields of each family of types: how they read, write and describe its values.

Registration and request time. A family imports other families and the tools below the families in
the folder above. It imports neither the table of types nor constraints nor marshmallow's own fields
of users.
"""
