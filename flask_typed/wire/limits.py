"""The limits of depth and size. Each is stated only here.

Any time; imports nothing of the package.
"""

from __future__ import annotations

#: The maximum depth of nesting of arrays and objects in a request body.
MAX_DEPTH = 200
#: The maximum depth of values that users write for the document; deeper ones count as endless.
MAX_DECLARED_DEPTH = 100
#: The maximum depth of a document, in which examples and defaults are at a depth already.
MAX_DOCUMENT_DEPTH = 3 * MAX_DECLARED_DEPTH

#: The maximum length of a number in a request, and of the text of a Decimal in requests and
#: responses. Python does not convert integers with more digits.
MAX_NUMBER_LENGTH = 4300
#: The maximum number of digits, before or after the point, of a number that is written as a JSON
#: number. More are never meant, and other programs could not read them.
MAX_DIGITS = 1000
#: Integers of this many digits fit into 64 bits, so they are converted without a check.
SAFE_DIGITS = 18

#: A body whose length has at most this many digits is read in one piece: less than a megabyte.
MAX_LENGTH_DIGITS = 6
#: The maximum number of bytes of a line of JSON Lines in a request.
MAX_LINE = 1_000_000
#: The maximum number of characters in the pointers and messages of all faults of a response. A
#: pointer repeats keys that the client has sent.
MAX_FAULTS_LENGTH = 50_000
#: The maximum number of bytes of a response body that is checked in production, because the check
#: takes far longer than writing the body.
MAX_SAMPLED = 100_000
