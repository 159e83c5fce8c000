"""Snapshots as plain files, each with the name that its test gives."""

from pathlib import Path

from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex


class NamedFile(SingleFileSnapshotExtension):
    """`snapshot(name=...)` is a file, including its suffix, in the folder `files` beside the test."""

    _write_mode = WriteMode.TEXT
    _text_encoding = "utf-8"
    file_extension = ""
    folder = "files"

    @classmethod
    def get_location(cls, *, test_location: PyTestLocation, index: SnapshotIndex) -> str:
        return str(Path(test_location.filepath).parent / cls.folder / str(index))


class MessageFile(NamedFile):
    """Messages about a file, in the folder `messages`."""

    folder = "messages"


class ArtifactFile(NamedFile):
    """An artifact under its own path, in the folder `__snapshots__`."""

    folder = "__snapshots__"
