"""Maps of books in files: everything that is wrong with one, with its line and column."""

import pytest

from crmrules.documents import load_map
from crmrules.errors import BookError, DocumentError, PolicyError

GOOD = """\
crmrules_book = 1
name = "shop"

[orders.columns]
customer = "client"
order = "number"
at = { column = "day", format = "%Y/%m/%d" }
amount = { column = "sum", scale = 1.5 }

[[orders.exclude]]
name = "free"
when = "amount <= 0"
"""


def written(folder, text, name="book.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(path):
    with pytest.raises(BookError) as caught:
        load_map(path)
    return [problem.text().removeprefix(str(path)) for problem in caught.value.problems]


def test_a_map_is_read_from_toml_and_json(tmp_path):
    found = load_map(written(tmp_path, GOOD))
    assert (found.name, found.file("orders").names) == ("shop", ("customer", "order", "at", "amount"))
    assert load_map(written(tmp_path, '{"crmrules_book": 1}', "map.json")).files == ()


def test_what_is_wrong_with_a_map_is_said_with_line_and_column(tmp_path):
    text = GOOD.replace('name = "shop"', 'nam = "shop"').replace("1.5", "-1").replace("amount <= 0", "amont <= 0")
    assert problems(written(tmp_path, text)) == [
        ":2:1: $.nam: unknown key 'nam'; did you mean 'name'? [CR601]",
        ":8:36: $.orders.columns.amount.scale: must be a number above 0, got -1 [CR602]",
    ]
    assert problems(written(tmp_path, GOOD.replace("amount <= 0", "amont <= 0"))) == [
        ":12:8: $.orders.exclude[0].when: unknown fact 'amont'; did you mean 'amount'? "
        "(in 'amont <= 0', column 1) [CR302]"
    ]


def test_a_map_that_is_no_document_is_refused(tmp_path):
    with pytest.raises(DocumentError, match=r"book\.toml:1:10"):
        load_map(written(tmp_path, "crmrules_"))
    with pytest.raises(PolicyError, match=r"^a map's file must end in .toml or .json, got 'book.yaml'$"):
        load_map(tmp_path / "book.yaml")
    with pytest.raises(FileNotFoundError):
        load_map(tmp_path / "none.toml")
