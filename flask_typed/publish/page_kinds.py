"""The pages that can show a document: their assets, their policies and their options.

Setup and request time. Imports only the checks of configured values.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from ..declare.checks import (
    JSON_OBJECT,
    JSON_VALUE,
    TRUTH,
    UNICODE_TEXT,
    ValueCheck,
    by_key,
    choice,
    either,
    several,
)
from ..declare.settings import PageKind
from ..exceptions import SetupError

#: The Content Security Policy of pages without inline code. The response to a tried operation may
#: be a picture, which the page shows from its memory.
STRICT = "default-src 'self'; img-src 'self' data: blob:"

#: Why a page does not take an option.
OURS = "flask_typed sets it: remove it"
JAVASCRIPT = "its value is a JavaScript function, and options are JSON: remove it"


@dataclass(frozen=True, slots=True)
class PageOptions:
    """The options of a page.

    :param known: the checks of all options by name; ``None`` if any name is passed to the page.
    :param refused: the reasons why options are refused, by name.
    """

    known: Mapping[str, ValueCheck] | None = None
    refused: Mapping[str, str] = field(default_factory=dict)

    def check(self, options: Mapping[str, Any], place: str) -> Mapping[str, Any]:
        """Return the immutable form of options.

        :param place: the name of the options in messages.
        :raises SetupError: for an option that the page does not take, or a wrong value.
        """
        return MappingProxyType(
            {
                name: self.find_check(name, place)(value, f"{place}[{name!r}]")
                for name, value in options.items()
            }
        )

    def find_check(self, name: str, place: str) -> ValueCheck:
        """Return the check of an option.

        :raises SetupError: for an option that the page does not take.
        """
        if name in self.refused:
            raise SetupError(f"{place} has the key {name!r}; {self.refused[name]}.")
        if self.known is None:
            return JSON_VALUE
        if name not in self.known:
            (nearest,) = difflib.get_close_matches(name, self.known, n=1, cutoff=0)
            raise SetupError(f"{place} has the unknown key {name!r}; the nearest is {nearest!r}.")
        return self.known[name]


@dataclass(frozen=True, slots=True)
class DocsPage:
    """A page that shows documents.

    :param styles: the style sheets, relative to ``assets``.
    :param scripts: the scripts, relative to ``assets``.
    :param options: the options that an app may set.
    :param policy: the strictest Content Security Policy that works; no other hosts.
    :param sends: whether the page sends requests to the servers of the document.
    """

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    options: PageOptions
    policy: str = STRICT
    sends: bool = True


INTEGER = ValueCheck("a whole number", lambda value: type(value) is int)
#: The arguments of Swagger UI's function ``initOAuth``.
OAUTH = PageOptions(
    {
        "clientId": UNICODE_TEXT,
        "realm": UNICODE_TEXT,
        "appName": UNICODE_TEXT,
        "scopeSeparator": UNICODE_TEXT,
        "scopes": either(UNICODE_TEXT, several(UNICODE_TEXT, "texts")),
        "additionalQueryStringParams": by_key(UNICODE_TEXT, "texts"),
        "useBasicAuthenticationWithAccessCodeGrant": TRUTH,
        "usePkceWithAuthorizationCodeGrant": TRUTH,
    },
    {"clientSecret": "everybody can read the page: remove it, and let people type it"},
)
#: Of Swagger UI 5.
SWAGGER_UI = PageOptions(
    {
        "deepLinking": TRUTH,
        "defaultModelExpandDepth": INTEGER,
        "defaultModelRendering": choice(Literal["example", "model"]),
        "defaultModelsExpandDepth": INTEGER,
        "displayOperationId": TRUTH,
        "displayRequestDuration": TRUTH,
        "docExpansion": choice(Literal["list", "full", "none"]),
        "fileUploadMediaTypes": several(UNICODE_TEXT, "texts"),
        "filter": either(TRUTH, UNICODE_TEXT),
        "initOAuth": ValueCheck(
            "a mapping of the arguments of initOAuth()", JSON_OBJECT.accepts, OAUTH.check
        ),
        "maxDisplayedTags": INTEGER,
        "operationsSorter": choice(Literal["alpha", "method"]),
        "persistAuthorization": TRUTH,
        "requestSnippets": JSON_OBJECT,
        "requestSnippetsEnabled": TRUTH,
        "showCommonExtensions": TRUTH,
        "showExtensions": TRUTH,
        "showMutatedRequest": TRUTH,
        "supportedSubmitMethods": several(UNICODE_TEXT, "methods in lower case"),
        "syntaxHighlight": either(TRUTH, JSON_OBJECT),
        "tagsSorter": choice(Literal["alpha"]),
        "tryItOutEnabled": TRUTH,
        "withCredentials": TRUTH,
    },
    {
        **dict.fromkeys(
            ("configUrl", "dom_id", "domNode", "oauth2RedirectUrl", "spec", "url", "urls"), OURS
        ),
        **dict.fromkeys(
            (
                "modelPropertyMacro",
                "onComplete",
                "parameterMacro",
                "plugins",
                "presets",
                "requestInterceptor",
                "responseInterceptor",
                "uncaughtExceptionHandler",
            ),
            JAVASCRIPT,
        ),
        "queryConfigEnabled": "links could show foreign documents on the page: remove it",
        "useUnsafeMarkdown": "descriptions could change the page: remove it",
        "validatorUrl": "the page calls no services of other hosts: remove it",
    },
)
REDOC = PageOptions(refused=dict.fromkeys(("spec", "specUrl"), OURS))
SCALAR = PageOptions(
    refused={
        **dict.fromkeys(("content", "slug", "sources", "spec", "title", "url"), OURS),
        **dict.fromkeys(
            (
                "fetch",
                "generateHeadingSlug",
                "generateModelSlug",
                "generateOperationSlug",
                "generateTagSlug",
                "generateWebhookSlug",
                "onBeforeRequest",
                "onDocumentSelect",
                "onLoaded",
                "onRequestSent",
                "onServerChange",
                "onShowMore",
                "onSidebarClick",
                "onSpecUpdate",
                "plugins",
                "redirect",
            ),
            JAVASCRIPT,
        ),
        **dict.fromkeys(
            (
                "agent",
                "externalUrls",
                "hideClientButton",
                "mcp",
                "proxyUrl",
                "registryUrl",
                "showDeveloperTools",
                "telemetry",
                "withDefaultFonts",
            ),
            "the page calls no services of other hosts: remove it",
        ),
        **dict.fromkeys(
            ("baseServerURL", "servers"),
            "the page may only call the servers of the document: set TYPED_SERVERS",
        ),
    }
)

#: Swagger UI has no inline code. ReDoc creates style sheets, and searches in a web worker. Scalar
#: creates style sheets.
PAGES: Mapping[PageKind, DocsPage] = {
    "swagger-ui": DocsPage(
        ("swagger-ui/swagger-ui.css", "docs.css", "swagger-ui-docs.css"),
        ("swagger-ui/swagger-ui-bundle.js", "swagger-ui-streams.js", "swagger-ui-init.js"),
        SWAGGER_UI,
    ),
    "redoc": DocsPage(
        ("docs.css",),
        ("redoc/redoc.standalone.js", "once.js", "redoc-init.js"),
        REDOC,
        f"{STRICT}; style-src 'self' 'unsafe-inline'; worker-src blob:",
        sends=False,
    ),
    "scalar": DocsPage(
        ("docs.css",),
        ("scalar/standalone.js", "once.js", "scalar-init.js"),
        SCALAR,
        f"{STRICT}; style-src 'self' 'unsafe-inline'",
    ),
}
