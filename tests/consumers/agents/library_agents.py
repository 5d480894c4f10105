import httpx2
from fastmcp import FastMCP
from fastmcp.server.providers.openapi import MCPType, RouteMap


def complete(route, tool):
    """Add the summary to the description; declare no schema for a result that is not JSON."""
    if route.summary not in tool.description:
        tool.description = f"{route.summary}\n\n{tool.description}"
    results = [route.responses[status] for status in route.responses if status.startswith("2")]
    if not any("json" in kind for result in results for kind in result.content_schema):
        tool.output_schema = None


def make_server(http, document):
    return FastMCP.from_openapi(
        document,
        client=http,
        route_maps=[RouteMap(pattern="/internal/.*", mcp_type=MCPType.EXCLUDE)],
        mcp_component_fn=complete,
    )


if __name__ == "__main__":
    shop = "http://127.0.0.1:5000"
    token = {"Authorization": "Bearer a token for agents"}
    http = httpx2.AsyncClient(base_url=shop, headers=token, timeout=30)
    make_server(http, httpx2.get(f"{shop}/agents.json").json()).run()
