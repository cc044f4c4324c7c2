"""Small files for the tests of the import."""

from pathlib import Path

HEAD = "First Name,Last Name,Email,Phone,Company,Notes,Lead Number\n"


def csv_file(folder: Path, body: str | bytes, head: str = HEAD, name: str = "list.csv") -> str:
    """Write a file and return its path."""
    data = body if isinstance(body, bytes) else (head + body).encode()
    path = folder / name
    path.write_bytes(data)
    return str(path)
