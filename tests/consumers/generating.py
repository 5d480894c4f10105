"""Runs the tools that make programs of a document, and the journeys with what they have made.

A journey prints a line for each of its steps, see ``steps.py``: tests and
``benchmarks/consumers/run.py`` count those that fail.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

from .running import HERE, run

Made = CompletedProcess[str]

TYPESCRIPT = HERE / "typescript_tools"
#: The type checker's words about a line of the journey.
OF_THE_JOURNEY = re.compile(r"^journey\.ts\((\d+),", re.MULTILINE)
FUNCTION = re.compile(r"^async function (\w+)", re.MULTILINE)
FAILED = re.compile(r"^failed (\w+)", re.MULTILINE)
TRIED = re.compile(r"^(?:ok|failed) (\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Generator:
    """A tool that makes programs.

    :param package: the package that has its version, of PyPI or npm.
    :param program: its command.
    :param make: runs it on a document; what it makes is in ``made`` of the folder, or is the
        package ``bookshop_client`` in it.
    :param adapter: the file that connects what it has made to the journey in TypeScript, or the
        folder of its own journey in Python.
    """

    name: str
    package: str
    program: str
    make: Callable[[Path, Path], Made]
    adapter: str


def make_openapi_generator_python(document: Path, folder: Path) -> Made:
    """Make a client in Python with openapi-generator."""
    options = ("--package-name", "bookshop_client")
    return run_openapi_generator("python", document, folder, *options)


def make_openapi_generator_fetch(document: Path, folder: Path) -> Made:
    """Make a client in TypeScript with openapi-generator, whose modules Node finds."""
    options = ("--additional-properties=importFileExtension=.js",)
    return run_openapi_generator("typescript-fetch", document, folder / "made", *options)


def run_openapi_generator(kind: str, document: Path, folder: Path, *options: str) -> Made:
    """Run openapi-generator, which brings its own Java."""
    return run(
        "openapi-generator-cli", "generate", "-g", kind, "-i", document, "-o", folder, *options
    )


def make_datamodel_codegen(document: Path, folder: Path) -> Made:
    """Make pydantic models with datamodel-code-generator."""
    # Without the option, a required null of OpenAPI 3.0 is refused.
    options = ("--output-model-type", "pydantic_v2.BaseModel", "--strict-nullable")
    paths = ("--input", document, "--output", folder / "models.py")
    return run("datamodel-codegen", *paths, "--input-file-type", "openapi", *options)


def make_hey_api(document: Path, folder: Path) -> Made:
    """Make a client and zod schemas with @hey-api/openapi-ts."""
    plugins = ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk", "zod"]
    output = {"path": "made", "module": {"extension": ".js"}}
    config = {"input": str(document), "output": output, "plugins": plugins}
    write_config(folder, f"export default {json.dumps(config)};")
    return run("openapi-ts", "-f", "config.mjs", cwd=folder)


def make_orval(document: Path, folder: Path) -> Made:
    """Make a client and zod schemas with orval."""
    client = {
        "target": "made/shop.ts",
        "client": "fetch",
        "headers": True,
        "baseUrl": {"runtime": "process.env.SHOP_URL"},
    }
    outputs = {"shop": client, "zod": {"target": "made/zod.ts", "client": "zod"}}
    config = {name: {"input": str(document), "output": output} for name, output in outputs.items()}
    write_config(folder, f"export default {json.dumps(config)};")
    return run("orval", "--config", "config.mjs", cwd=folder)


def make_kubb(document: Path, folder: Path) -> Made:
    """Make types and zod schemas with kubb."""
    write_config(
        folder,
        f"""
import {{ defineConfig }} from "@kubb/core";
import {{ pluginOas }} from "@kubb/plugin-oas";
import {{ pluginTs }} from "@kubb/plugin-ts";
import {{ pluginZod }} from "@kubb/plugin-zod";

export default defineConfig({{
  input: {{ path: {json.dumps(str(document))} }},
  output: {{ path: "./made", barrelType: false, format: false, lint: false }},
  plugins: [
    pluginOas({{ generators: [] }}),
    pluginTs({{ output: {{ path: "types.ts" }} }}),
    pluginZod({{ output: {{ path: "zod.ts" }} }}),
  ],
}});
""",
    )
    return run("kubb", "generate", "--config", "config.mjs", cwd=folder)


def write_config(folder: Path, text: str) -> None:
    """Write the configuration of a tool of npm, beside the packages of the environment."""
    (folder / "config.mjs").write_text(text)
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    (folder / "node_modules").symlink_to(Path(sys.prefix) / "node_modules")


GENERATORS = {
    generator.adapter: generator
    for generator in (
        Generator(
            "openapi-generator, Python",
            "openapi-generator-cli",
            "openapi-generator-cli",
            make_openapi_generator_python,
            "generators",
        ),
        Generator(
            "openapi-generator, TypeScript",
            "openapi-generator-cli",
            "openapi-generator-cli",
            make_openapi_generator_fetch,
            "openapigenerator",
        ),
        Generator("hey-api", "@hey-api/openapi-ts", "openapi-ts", make_hey_api, "heyapi"),
        Generator("orval", "orval", "orval", make_orval, "orval"),
        Generator("kubb", "@kubb/plugin-zod", "kubb", make_kubb, "kubb"),
    )
}


def prepare_typescript(generator: Generator, folder: Path) -> str:
    """Compile the journey with what a generator has made, and return the errors of types."""
    for name in ("journey.ts", "steps.ts", "tsconfig.json"):
        shutil.copy(TYPESCRIPT / name, folder)
    shutil.copy(TYPESCRIPT / f"{generator.adapter}.ts", folder / "shop.ts")
    if not (folder / "node_modules").exists():
        write_config(folder, "")
    return run("tsc", "--project", "tsconfig.json", cwd=folder).stdout


def live_typescript(folder: Path, url: str) -> Made:
    """Run the compiled journey."""
    return run("node", "built/journey.js", url, cwd=folder)


def live_python(journey: Path, url: str, *folders: Path) -> Made:
    """Run a journey in Python.

    :param folders: with the modules that it imports.
    """
    places = os.pathsep.join(map(str, (HERE, *folders)))
    return run("python", "-W", "ignore", journey, url, PYTHONPATH=places)


def find_failed(
    lived: Made, types: str = "", journey: Path = TYPESCRIPT / "journey.ts"
) -> set[str]:
    """Return the steps that failed, because of their types or when they ran.

    :raises AssertionError: The journey did not begin.
    """
    assert TRIED.search(lived.stdout), lived.stdout
    lines = [int(line) for line in OF_THE_JOURNEY.findall(types)]
    return {*FAILED.findall(lived.stdout), *find_steps(journey.read_text(), lines)}


def find_steps(source: str, lines: Iterable[int]) -> set[str]:
    """Return the names of the functions of a journey that some lines stand in."""
    before = ("\n".join(source.splitlines()[:line]) for line in lines)
    return {FUNCTION.findall(text)[-1] for text in before if FUNCTION.search(text)}
