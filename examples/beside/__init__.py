"""Five resources of a bookshop, each written for six frameworks."""
