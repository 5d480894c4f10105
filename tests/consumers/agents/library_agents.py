import httpx2
from fastmcp import FastMCP
from fastmcp.server.providers.openapi import MCPType, RouteMap


def complete(route, tool):
    """Describe the tool by the summary too, and leave texts unvalidated."""
    if route.summary and route.summary not in tool.description:
        tool.description = f"{route.summary}\n\n{tool.description}"
    if "x-fastmcp-wrap-result" in (tool.output_schema or {}):
        tool.output_schema = None


def make_server(http: httpx2.AsyncClient, document: dict) -> FastMCP:
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
