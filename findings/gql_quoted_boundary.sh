#!/usr/bin/env bash
# gql 4.4.0 with aiohttp 3.14.5: a subscription as `multipart/mixed` fails if the boundary is quoted.
#
# RFC 2046 allows `boundary="graphql"` and `boundary=graphql` for the same boundary, and most libraries write quotes.
# gql's aiohttp transport looks for the text without quotes in the header, and refuses the response otherwise, although
# the body is the same to the byte.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q 'gql[aiohttp]==4.4.0' aiohttp==3.14.5 graphql-core==3.3.2
cat > "$folder/listen.py" <<'PROGRAM'
import asyncio

from aiohttp import web
from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportProtocolError

PART = b'--graphql\r\nContent-Type: application/json\r\n\r\n{"payload": {"data": {"count": 1}}}\r\n--graphql--\r\n'


def make_app(boundary):
    async def answer(request):
        content_type = f"multipart/mixed; boundary={boundary}; subscriptionSpec=1.0"
        return web.Response(body=PART, headers={"Content-Type": content_type})

    app = web.Application()
    app.router.add_post("/graphql", answer)
    return app


async def listen(boundary):
    runner = web.AppRunner(make_app(boundary))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    transport = AIOHTTPTransport(f"http://127.0.0.1:{port}/graphql")
    try:
        async with Client(transport=transport) as session:
            async for result in session.subscribe(gql("subscription { count }")):
                print(f"boundary={boundary}:", result)
    except TransportProtocolError:
        print(f"boundary={boundary}: TransportProtocolError")
    finally:
        await runner.cleanup()


for written in ("graphql", '"graphql"'):
    asyncio.run(listen(written))
PROGRAM
seen=$("$folder/venv/bin/python" "$folder/listen.py" 2> /dev/null)
# Seen on 2026-11-30.
expected="boundary=graphql: {'count': 1}
boundary=\"graphql\": TransportProtocolError"
echo "$seen"
[ "$seen" = "$expected" ]
