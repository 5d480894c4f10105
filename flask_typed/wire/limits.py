"""The limits of depth and size, each of which is stated here and nowhere else.

Any time; imports nothing of the package.
"""

from __future__ import annotations

#: How deep the arrays and objects of a request body may be nested.
MAX_DEPTH = 200
#: Values that users write for the document are taken for endless if they are nested deeper.
MAX_DECLARED_DEPTH = 100
#: How deep a document may be: examples and defaults stand deep in it.
MAX_DOCUMENT_DEPTH = 3 * MAX_DECLARED_DEPTH

#: How many characters a number of a request may have, and the text of a Decimal in either
#: direction. Python refuses to convert integers of more digits.
MAX_NUMBER_LENGTH = 4300
#: How many digits, before the point or behind it, a number has that is written as a JSON number:
#: nobody means more, and others would not read them again.
MAX_DIGITS = 1000
#: Whole numbers of so many digits fit into 64 bits: they are converted without a second look.
SAFE_DIGITS = 18

#: A body is read in one go if its length has no more digits: a megabyte less one byte.
MAX_LENGTH_DIGITS = 6
#: How many characters the pointers and messages of all faults of a request may have together: a
#: pointer repeats keys that the client has sent.
MAX_FAULTS_LENGTH = 50_000
#: How many bytes the body of a response may have that is compared in production: to compare it
#: takes far longer than to write it.
MAX_SAMPLED = 100_000
