from dataclasses import dataclass

from flask import Flask
from flask_compress import Compress
from flask_typed import Typed

app = Flask(__name__)
app.config["COMPRESS_MIMETYPES"] = ["application/json", "application/problem+json", "text/csv"]
app.config["COMPRESS_STREAMS"] = False
Compress(app)
typed = Typed(app)

TEXT = "It is a truth universally acknowledged. " * 50
texts = {1: TEXT}


@dataclass
class Chapter:
    text: str


def find_version(number: int) -> int:
    return len(texts[number])


@typed.get("/chapters/<int:number>", etag=find_version)
def read_chapter(number: int) -> Chapter:
    return Chapter(texts[number])


@typed.put("/chapters/<int:number>", etag=find_version)
def replace_chapter(number: int, chapter: Chapter) -> None:
    texts[number] = chapter.text
