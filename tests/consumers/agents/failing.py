"""Calls tools that fail, as an agent."""

from __future__ import annotations

from typing import Any

from fastmcp import Client
from fastmcp.exceptions import ToolError


async def read_error(agent: Client[Any], tool: str, **arguments: Any) -> str:
    """Return the words with which a tool fails."""
    try:
        await agent.call_tool(tool, arguments)
    except ToolError as error:
        return str(error)
    raise AssertionError(f"{tool} did not fail")
