"""The return annotation of a view that sends a file.

Declaration time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from flask import Response

    FileResponse: TypeAlias = Response
else:

    class FileResponse:
        """The return annotation of a view that returns :func:`flask.send_file`.

        ``Annotated[FileResponse, MediaType("image/png")]`` publishes each response that
        ``send_file`` makes: 200, 206 for a range, 304 and 412 for conditional requests, and 416.
        Without a ``MediaType``, the file may be of any media type.
        """
