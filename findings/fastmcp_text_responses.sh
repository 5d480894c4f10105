#!/usr/bin/env bash
# fastmcp 4.1.6: FastMCP.from_openapi() makes a tool that cannot be used of an operation whose response is text.
#
# The tool declares the response's schema as its output schema, for any media type. A response that is not JSON is
# returned as text content, without structured content. The client, fastmcp's own too, then refuses the result: a tool
# with an output schema has to return structured content. The same response as application/json works.
# `validate_output=False` does not help; `mcp_component_fn` can set the tool's `output_schema` to None.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q fastmcp==4.1.6
cat > "$folder/shop.py" <<'PROGRAM'
import asyncio

import httpx2
from fastmcp import Client, FastMCP

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "paths": {
        f"/{name}": {
            "get": {
                "operationId": name,
                "responses": {
                    "200": {"description": "OK", "content": {kind: {"schema": {"type": "string"}}}}
                },
            }
        }
        for name, kind in (("json", "application/json"), ("text", "text/plain"))
    },
}


def answer(request):
    if request.url.path == "/text":
        return httpx2.Response(200, text="hello")
    return httpx2.Response(200, json="hello")


async def main():
    http = httpx2.AsyncClient(base_url="http://shop.example", transport=httpx2.MockTransport(answer))
    for validate in (True, False):
        server = FastMCP.from_openapi(DOCUMENT, client=http, validate_output=validate)
        async with Client(server) as agent:
            for tool in ("json", "text"):
                try:
                    result = await agent.call_tool(tool, {})
                    print(tool, result.structured_content)
                except RuntimeError as error:
                    print(tool, error)


asyncio.run(main())
PROGRAM
seen=$("$folder/venv/bin/python" "$folder/shop.py")
# Seen on 2026-11-29.
expected="json {'result': 'hello'}
text Tool text has an output schema but did not return structured content
json {'result': 'hello'}
text Tool text has an output schema but did not return structured content"
echo "$seen"
[ "$seen" = "$expected" ]
