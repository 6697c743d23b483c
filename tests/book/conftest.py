"""A folder to put data files into, and a short way to read one."""

from pathlib import Path

import pytest

from crmrules.book import FileMap, Rows, read_rows


class Folder:
    """A folder of data files."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, text: str | bytes, name: str = "visits.csv") -> Path:
        path = self.path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def read(self, text: str | bytes, file_map: FileMap | None = None, **options) -> Rows:
        file_map = file_map or FileMap("visits")
        self.write(text, file_map.path)
        return read_rows(self.path, file_map, **options)


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)
