"""Every message that flask_typed, marshmallow and werkzeug send to clients, as a template.

Constants. Translations have the templates as keys, and the docs list the codes: a code never
changes, the wording of a message may.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

#: The code of a fault with a message of the program's own.
INVALID = "invalid"

#: marshmallow's messages that flask_typed uses too.
MISSING = "Missing data for required field."
UNKNOWN = "Unknown field."

#: The message of a cursor that the app has not written, or not for this list.
WRONG_CURSOR = "Not a cursor of this list."
#: The message of a list whose items name a key twice.
SORTED_TWICE = "Must not hold a key twice."
#: The messages about the operations of a JSON Patch.
NO_VALUE_THERE = "Leads to no value of the document."
INTO_ITSELF = "A value cannot be moved into itself, and the document cannot be removed."
TOO_MANY_COPIES = "Makes the document too large or too deep."

#: The messages of faults by their code.
FAULTS: Mapping[str, Sequence[str]] = {
    "required": [MISSING],
    "null": ["Field may not be null."],
    "unknown": [UNKNOWN],
    "invalid_string": ["Not a valid string.", "Not a valid utf-8 string."],
    "invalid_json": ["Not valid JSON."],
    "invalid_integer": ["Not a valid integer."],
    "invalid_number": [
        "Not a valid number.",
        "Not a valid number in text form.",
        "Not a valid decimal number in text form.",
        "Special numeric values (nan or infinity) are not permitted.",
        "The nearest number that a float can hold is invalid.",
    ],
    "invalid_boolean": ["Not a valid boolean."],
    "invalid_null": ["Must be null."],
    "invalid_datetime": [
        "Not a valid datetime.",
        "Not a valid naive datetime.",
        "Not a valid aware datetime.",
        "Not a valid date and time with an offset (RFC 3339).",
        "Not a valid date and time without an offset.",
        "Not a valid date and time (RFC 3339, the offset may be left out).",
        "The offset has a space instead of a sign. In a query or a form, send + as %2B.",
    ],
    "invalid_date": ["Not a valid date.", "Not a valid date (RFC 3339)."],
    "invalid_time": [
        "Not a valid time.",
        "Not a valid time (RFC 3339, the offset may be left out).",
    ],
    "invalid_duration": [
        "Not a valid period of time.",
        "Not a valid duration (ISO 8601, without years and months).",
    ],
    "invalid_uuid": ["Not a valid UUID."],
    "invalid_url": ["Not a valid URL."],
    "invalid_email": ["Not a valid email address."],
    "invalid_ip": [
        "Not a valid IP address.",
        "Not a valid IPv4 address.",
        "Not a valid IPv6 address.",
        "Not a valid IP interface.",
        "Not a valid IPv4 interface.",
        "Not a valid IPv6 interface.",
        "Not a valid IPv4 network.",
        "Not a valid IPv6 network.",
    ],
    "invalid_base64": ["Not valid base64."],
    "invalid_array": ["Not a valid list.", "Not a valid tuple."],
    "invalid_object": ["Invalid input type.", "Invalid type.", "Not a valid mapping type."],
    "invalid_choice": [
        "Must be one of: {choices}.",
        "Must be equal to {other}.",
        "Must be a sum of: {choices}.",
        "One or more of the choices you made was not in: {choices}.",
        "One or more of the choices you made was in: {values}.",
    ],
    "no_match": ["Must be one of these: {members}."],
    "out_of_range": [
        "Must be greater than or equal to {min} and less than or equal to {max}.",
        "Must be greater than or equal to {min} and less than {max}.",
        "Must be greater than {min} and less than or equal to {max}.",
        "Must be greater than {min} and less than {max}.",
        "Must be greater than or equal to {min}.",
        "Must be greater than {min}.",
        "Must be less than or equal to {max}.",
        "Must be less than {max}.",
        "Number too large.",
    ],
    "not_a_multiple": ["Must be a multiple of {multiple_of}."],
    "wrong_length": [
        "Shorter than minimum length {min}.",
        "Longer than maximum length {max}.",
        "Length must be between {min} and {max}.",
        "Length must be {equal}.",
        "Must hold exactly {length} items.",
        "Must hold at least {length} items.",
    ],
    "wrong_pattern": ["String does not match expected pattern."],
    "condition_failed": ["Does not satisfy {condition}."],
    "duplicate_item": ["Must not hold an item twice."],
    "duplicate_key": [SORTED_TWICE],
    "invalid_item": ["Must hold single values only."],
    "invalid_path": [NO_VALUE_THERE, INTO_ITSELF],
    "too_complex": [
        "Holds too many values that are hard to tell apart.",
        TOO_MANY_COPIES,
    ],
    "invalid_encoding": ["Not UTF-8."],
    "invalid_cursor": [WRONG_CURSOR],
    "wrong_media_type": ["The file must be {media_types}."],
    INVALID: ["Invalid value.", "Invalid input.", "A problem is a response and cannot be sent."],
}

#: The titles and details of problems.
PROBLEMS: Sequence[str] = [
    "The request is not valid.",
    "One value of the request cannot be accepted.",
    "One value of the request cannot be accepted, and there are more.",
    "{count} values of the request cannot be accepted.",
    "{count} values of the request cannot be accepted, and there are more.",
    "Authentication is required.",
    "The client is not allowed to do this.",
    "The object is not in the state that a test of the patch expects.",
    "Bad Request",
    "The browser (or proxy) sent a request that this server could not understand.",
    "The body is not JSON: {reason} at line {line}, column {column}.",
    "The body is not JSON: {constant} is not a JSON number.",
    "The body is not JSON: it holds half of a surrogate pair.",
    "The body holds a number with too many digits.",
    "The body holds a number that is too large.",
    "The body is not UTF-8.",
    "The body is nested too deeply.",
    "The body is shorter than its Content-Length.",
    "The body cannot be read.",
    "The body is not MessagePack, or holds values that JSON lacks.",
    "The body is not CSV at line {line}.",
    "Line {line} of the body has a cell with more than {max} characters.",
    "The first line of the body must name each column once.",
    "Line {line} of the body has {count} cells instead of {equal}.",
    "A line is longer than {bytes} bytes.",
    "See line {line}.",
    "The form cannot be parsed.",
    "Not Acceptable",
    "The response can be {media_types}.",
    "Not Found",
    "The requested URL was not found on the server. If you entered the URL manually please check"
    " your spelling and try again.",
    "Method Not Allowed",
    "The method is not allowed for the requested URL.",
    "Request Entity Too Large",
    "The data value transmitted exceeds the capacity limit.",
    "Unsupported Media Type",
    "The body must be {media_types}.",
    "Internal Server Error",
    "The server encountered an internal error and was unable to complete your request. Either the"
    " server is overloaded or there is an error in the application.",
]
