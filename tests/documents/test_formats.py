"""TOML, JSON and YAML say the same, and files, texts and packaged handbooks go through one door."""

import tomllib
from datetime import date
from decimal import Decimal
from importlib import resources

import pytest

from crmrules.documents import load, loads, packaged, packaged_names
from crmrules.errors import DocumentError, PolicyError
from tests.documents.samples import EVERYTHING, HEAD, TIERS, as_json, as_yaml, changed, data_of, refusals


def packaged_text(name):
    return (resources.files("crmrules.handbook") / "packaged" / f"{name}.toml").read_text(encoding="utf-8")


TEXTS = {"everything": EVERYTHING, **{name: packaged_text(name) for name in packaged_names()}}


@pytest.mark.parametrize("name", TEXTS)
def test_the_same_document_in_json_is_an_equal_handbook(name):
    assert loads(as_json(data_of(TEXTS[name])), "json") == loads(TEXTS[name])


@pytest.mark.parametrize("name", TEXTS)
def test_the_same_document_in_yaml_is_an_equal_handbook(name):
    pytest.importorskip("yaml")
    assert loads(as_yaml(data_of(TEXTS[name])), "yaml") == loads(TEXTS[name])


def test_a_scalar_of_yaml_means_what_was_typed():
    pytest.importorskip("yaml")
    text = """
crmrules: 1
name: 1.10
parameters:
  country: NO
  opens: 12:30:00
  rate: 1.10
  whole: +7
  off: false
  on: "true"
  several: [1, NO, true]
facts:
  answer: {type: choice, choices: [yes, no], unknown: false}
policies:
  ask:
    kind: table
    gives: ask
    if_unknown: {outcome: {days: 1.50, word: off}}
    hit: priority
    order: {days: [7, 1.5]}
    rows:
      - {id: 1, when: answer == 'yes', outcome: {days: 7, word: yes}}
      - {id: 2, when: otherwise, outcome: {days: 1.5, word: on}}
"""
    handbook = loads(text, "yaml")
    assert handbook.name == "1.10"
    assert {each.name: each.value for each in handbook.parameters} == {
        "country": "NO",
        "opens": "12:30:00",
        "rate": Decimal("1.1"),
        "whole": 7,
        "off": False,
        "on": True,
        "several": (1, "NO", True),
    }
    assert handbook.facts.fact("answer").choices == ("yes", "no")
    assert not handbook.facts.fact("answer").unknown
    assert handbook.decide({"answer": "yes"})["ask"].value == {"days": 7, "word": "yes"}
    table = handbook.policies[0].table
    assert table.if_unknown.outcome == {"days": Decimal("1.5"), "word": "off"}
    assert table.order == (("days", (7, Decimal("1.5"))),)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("crmrules: 1", "crmrules: one", "y:1:11: $.crmrules: must be a whole number, got text 'one' [CR202]"),
        ("crmrules: 1", "crmrules: 1.0", "y:1:11: $.crmrules: must be a whole number, got text '1.0' [CR202]"),
        ("crmrules: 1", "crmrules: [1]", "y:1:11: $.crmrules: must be a whole number, got list ['1'] [CR202]"),
        ("unknown: false", "unknown: no", "y:3:36: $.facts.a.unknown: must be true or false, got text 'no' [CR202]"),
        (
            "unknown: false",
            "minimum: {}",
            "y:3:36: $.facts.a.minimum: must be a text, got table {} [CR202]",
        ),
    ],
)
def test_a_scalar_of_yaml_that_does_not_fit_is_refused(old, new, told):
    pytest.importorskip("yaml")
    text = changed("crmrules: 1\nname: x\nfacts: {a: {type: number, unknown: false}}\n", (old, new))
    assert refusals(text, "yaml", file="y") == [told]


# --- files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".toml", ".json", ".yaml", ".yml", ".TOML"])
def test_a_file_is_read_by_its_suffix(tmp_path, suffix):
    if suffix.startswith(".y"):
        pytest.importorskip("yaml")
    write = {".json": as_json, ".yaml": as_yaml, ".yml": as_yaml}.get(suffix)
    path = tmp_path / f"shop{suffix}"
    path.write_text(write(data_of(HEAD + TIERS)) if write else HEAD + TIERS, encoding="utf-8")
    assert load(path) == load(str(path)) == loads(HEAD + TIERS)


def test_a_file_with_another_suffix_is_refused_before_it_is_read(tmp_path):
    with pytest.raises(PolicyError) as caught:
        load(tmp_path / "shop.ini")
    assert str(caught.value) == "a handbook's file must end in .toml, .json, .yaml, .yml, got 'shop.ini'"


def test_a_file_that_is_missing_or_a_folder_is_an_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "missing.toml")
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(OSError, match=r"folder\.toml"):
        load(tmp_path / "folder.toml")


def test_a_problem_of_a_file_names_it(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_bytes(b"crmrules = 2\nname = 'x'\n")
    with pytest.raises(DocumentError) as caught:
        load(path)
    told = "document format 2 is not known to this version, which reads 1"
    assert str(caught.value) == f"{path}:1:12: $.crmrules: {told} [CR205]"


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "shop.json"
    path.write_bytes(b'{"crmrules": 1, "name": "\xff"}')
    with pytest.raises(DocumentError) as caught:
        load(path)
    assert [(problem.code, problem.file) for problem in caught.value.problems] == [("CR102", str(path))]


@pytest.mark.parametrize("text", ["shop.toml", "../shop.toml", "file:///shop.toml", "@shop.toml"])
def test_a_text_that_looks_like_a_path_is_read_as_a_text(tmp_path, monkeypatch, text):
    (tmp_path / "shop.toml").write_text(HEAD + TIERS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for kind in ("toml", "json"):
        assert refusals(text, kind)[0].endswith("[CR101]")


def test_what_a_document_says_never_reads_a_file(monkeypatch):
    opened = []
    really = open
    monkeypatch.setattr("builtins.open", lambda path, *rest, **more: opened.append(path) or really(path, *rest, **more))
    monkeypatch.setattr("io.open", lambda path, *rest, **more: opened.append(path) or really(path, *rest, **more))
    text = HEAD.replace('name = "shop"', 'name = "shop.toml"\nsource = "/etc/hostname"\n"$schema" = "/etc/hostname"')
    assert loads(text + TIERS).source == "/etc/hostname"
    assert not {"/etc/hostname", "shop.toml"} & {str(path) for path in opened}


@pytest.mark.parametrize("kind", ["ini", "TOML", "", None])
def test_a_format_that_is_not_known_is_refused(kind):
    with pytest.raises(PolicyError) as caught:
        loads(HEAD, kind)
    assert str(caught.value) == f"a document's format must be toml, json or yaml, got {kind!r}"


# --- hostile documents, once through the door ---------------------------------------------------------------


DEEP = "[" * 40 + "]" * 40


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        ("CR101", "toml", "crmrules = "),
        ("CR103", "toml", "\ufeffcrmrules = 1"),
        ("CR104", "toml", "# " + "x" * 2**20),
        ("CR105", "json", f'{{"a": {DEEP}}}'),
        ("CR106", "json", '{"a": [' + ", ".join(["[" + ", ".join("1" * 9_000) + "]"] * 6) + "]}"),
        ("CR107", "toml", f"a = [{', '.join('1' * 10_001)}]"),
        ("CR108", "toml", f'a = "{"x" * 10_001}"'),
        ("CR109", "toml", ".".join("a" * 33) + " = 1"),
        ("CR110", "json", '{"a": 1e999999}'),
        ("CR110", "toml", "a = 1234567890123456789"),
        ("CR110", "toml", "a = 0.1234567890"),
        ("CR110", "toml", "a = nan"),
        ("CR110", "json", '{"a": -Infinity}'),
        ("CR111", "json", '{"a": 1, "a": 2}'),
        ("CR112", "toml", 'a = "\x00"'),
        ("CR113", "yaml", "a: &a [*a]"),
        ("CR114", "json", "[]"),
    ],
)
def test_a_hostile_document_is_refused_with_the_code_of_its_limit(code, kind, text):
    if kind == "yaml":
        pytest.importorskip("yaml")
    assert refusals(text, kind)[0].endswith(f"[{code}]")


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("spend > 1 and " * 80 + "spend > 1", "a condition must have at most 1,000 characters, got 1,129"),
        ("not " * 40 + "spend > 1", "a condition must nest at most 32 deep"),
        ("spend > 1e3", "a number, text, fact or parameter must stand here, got 1e3"),
        ("__import__('os').remove('x')", "__import__('os').remove('x') is not a condition"),
    ],
)
def test_a_hostile_condition_is_refused(condition, told):
    (found,) = refusals(HEAD + changed(TIERS, ("spend >= 1_000", condition)))
    assert found.startswith(f"16:17: $.segmentation.size.when.core: {told}")
    assert found.endswith("[CR301]")


# --- packaged handbooks -----------------------------------------------------------------------------------


def test_a_packaged_handbook_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(LookupError) as caught:
        packaged("uplfit")
    assert str(caught.value) == (
        "unknown packaged handbook 'uplfit'; did you mean 'uplift'? (have: core, cq, sales, strat, uplift)"
    )


@pytest.mark.parametrize("name", ["../_handbook", "core.toml", ""])
def test_a_packaged_name_is_no_path(name):
    with pytest.raises(LookupError):
        packaged(name)


@pytest.mark.parametrize("name", packaged_names())
def test_a_packaged_handbook_is_its_document(name):
    assert packaged(name) == loads(packaged_text(name))
    assert packaged(name).name == name


def test_dates_of_toml_are_days_and_those_of_json_are_read_where_a_day_is_meant():
    told = tomllib.loads(EVERYTHING)["valid"]
    assert told == {"from": date(2026, 1, 1), "until": date(2027, 1, 1)}
    handbook = loads(as_json(data_of(EVERYTHING)), "json")
    assert (handbook.valid.start, handbook.valid.until) == (date(2026, 1, 1), date(2027, 1, 1))
    assert handbook.facts.fact("joined").minimum == date(1990, 1, 1)
