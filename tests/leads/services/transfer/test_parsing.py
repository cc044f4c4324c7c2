"""Files in every state: what can be read is read, what cannot is refused in words."""

import json
import random
from pathlib import Path

import pytest

from leads.services.transfer import parsing
from leads.services.transfer.parsing import BadFile
from tests.leads.services.files import HEAD, csv_file


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_encodings_are_found(tmp_path: Path, encoding: str, found: str) -> None:
    path = csv_file(tmp_path, (HEAD + "Zoë,Müller,zoe@x.example,,Café GmbH,,1\n").encode(encoding))
    sheet = parsing.inspect(path)
    assert sheet.encoding == found
    assert next(parsing.rows(sheet)).cells[:2] == ["Zoë", "Müller"]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_separators_are_found(tmp_path: Path, mark: str) -> None:
    text = "name,email\nAnn,ann@x.example\nBob,bob@x.example\n".replace(",", mark)
    sheet = parsing.inspect(csv_file(tmp_path, text, head=""))
    assert (sheet.delimiter, sheet.columns, sheet.total) == (mark, ["name", "email"], 2)


def test_quoted_line_breaks_and_empty_lines_are_counted_rightly(tmp_path: Path) -> None:
    body = 'Ann,Lee,ann@x.example,,,"two\nlines, one cell",1\n\n\nBob,Ray,bob@x.example,,,say ""hi"",2'
    sheet = parsing.inspect(csv_file(tmp_path, body))
    rows = list(parsing.rows(sheet))
    assert sheet.total == len(rows) == 2
    assert rows[0].cells[5] == "two\nlines, one cell"
    assert [row.line for row in rows] == [2, 6]


def test_rows_of_a_wrong_width_or_with_a_null_byte_are_reported_with_their_line(tmp_path: Path) -> None:
    body = "Ann,Lee,ann@x.example,,,,1\nshort,row\nBob,R\0y,bob@x.example,,,,2\n"
    body += "x,y,z,1,2,3,4,5\nC,D,c@x.example,,,,3,,\n"
    rows = list(parsing.rows(parsing.inspect(csv_file(tmp_path, body))))
    assert [(row.line, row.problem) for row in rows] == [
        (2, ""),
        (3, "The row has 2 cells, the header has 7."),
        (4, "The row contains a null byte."),
        (5, "The row has 8 cells, the header has 7."),
        (6, ""),
    ]


def test_columns_without_a_name_or_with_the_same_one_get_their_own(tmp_path: Path) -> None:
    sheet = parsing.inspect(csv_file(tmp_path, "email,,email\na@x.example,b,c\n", head=""))
    assert sheet.columns == ["email", "Column 2", "email (2)"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \n\n", "The file is empty."),
        (HEAD.encode(), "There are no rows below the column names."),
        (b"PK\x03\x04rest of an archive", "This is a zip archive"),
        (b"ann@x.example,Ann\nbob@x.example,Bob\n", "The first row holds data (ann@x.example)"),
        (b"12,34,x\n1,2,3\n", "The first row holds numbers"),
        (
            HEAD.encode() + b'Ann,"Lee,ann@x.example,,,,1\nBob,Ray,bob@x.example,,,,2\n',
            "opened near line 2 is never closed",
        ),
        (("a," * 600 + "b\n" + "1," * 600 + "2\n").encode(), "500 is the most"),
    ],
)
def test_what_is_no_list_is_refused_in_words(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(BadFile, match=message.replace("(", r"\(").replace(")", r"\)")):
        parsing.inspect(csv_file(tmp_path, data))


def test_ten_megabytes_of_garbage_are_refused_at_once(tmp_path: Path) -> None:
    data = random.Random(1).randbytes(10_000_000)
    with pytest.raises(BadFile, match="not a text file"):
        parsing.inspect(csv_file(tmp_path, data))


def test_an_encoding_named_by_a_person_must_fit(tmp_path: Path) -> None:
    path = csv_file(tmp_path, HEAD.encode() + "Zoë,M,z@x.example,,,,1\n".encode("cp1252"))
    with pytest.raises(BadFile, match="not utf-8: the text near line"):
        parsing.inspect(path, encoding="utf-8")


def test_json_lines_are_read_with_their_faults(tmp_path: Path) -> None:
    lines = [
        json.dumps({"email": "a@x.example", "tags": ["x", "y"]}),
        "{broken",
        "[1]",
        json.dumps({"age": 3}),
    ]
    sheet = parsing.inspect(csv_file(tmp_path, "\n".join(lines), head=""))
    rows = list(parsing.rows(sheet))
    assert (sheet.format, sheet.columns, sheet.total) == ("jsonl", ["email", "tags", "age"], 4)
    assert rows[0].cells == ["a@x.example", "x, y", ""]
    assert rows[3].cells == ["", "", "3"]
    assert [row.problem for row in rows[1:3]] == [
        "The line is not valid JSON.",
        "The line is not a JSON object.",
    ]


def test_reading_can_start_after_the_rows_stored_before(tmp_path: Path) -> None:
    sheet = parsing.inspect(csv_file(tmp_path, "".join(f"A,B,p{n}@x.example,,,,{n}\n" for n in range(9))))
    assert [row.cells[6] for row in parsing.rows(sheet, skip=7)] == ["7", "8"]
