"""The tables of ``models`` for Django's ORM."""

from django.db import models


class Book(models.Model):
    """A book; prices are in cents, and each change counts the version."""

    title = models.TextField()
    genre = models.TextField(null=True)
    price = models.IntegerField()
    sale_price = models.IntegerField(null=True)
    stock = models.IntegerField()
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "beside"
        db_table = "book"
        managed = False

    def change(self, changes: dict[str, object]) -> None:
        """Save changes as a new version."""
        for name, value in changes.items():
            setattr(self, name, value)
        self.version += 1
        self.save()


class Order(models.Model):
    """An order of some copies of a book."""

    book = models.ForeignKey(Book, models.CASCADE)
    copies = models.IntegerField()

    class Meta:
        app_label = "beside"
        db_table = "book_order"
        managed = False


class UsedKey(models.Model):
    """A key of a repeatable request; without a body while the first request is in progress."""

    key = models.TextField(primary_key=True)
    fingerprint = models.TextField()
    body = models.TextField(null=True)

    class Meta:
        app_label = "beside"
        db_table = "used_key"
        managed = False
