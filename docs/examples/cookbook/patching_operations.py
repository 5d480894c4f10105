from dataclasses import dataclass, field
from typing import Annotated

from flask import Flask
from flask_typed import JsonPatch, Patch, Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Playlist:
    title: str
    songs: list[str] = field(default_factory=list)


playlist = Playlist("Rain", ["Riders on the Storm", "Umbrella"])


@typed.patch("/playlist")
def change_playlist(patch: Annotated[Patch[Playlist], JsonPatch()]) -> Playlist:
    """Change the playlist."""
    return patch.apply(playlist)
