"""The notebook runs from top to bottom, and its sentences are true."""

import ast
import json

import pytest


@pytest.fixture(scope="module")
def notebook(root):
    return json.loads((root / "examples" / "first_handbook.ipynb").read_text(encoding="utf-8"))


def code_of(notebook):
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def run_cell(source, space):
    """Run a cell as a notebook does, and return the value of a last line that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), space)  # noqa: S102 - cells of our own
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), space) if last else None  # noqa: S307


@pytest.fixture(scope="module")
def shown(notebook, root):
    """Run all cells in one namespace; return it with what the cells showed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root / "examples")
        space, values = {"__name__": "__main__"}, []
        for source in code_of(notebook):
            values.append(run_cell(source, space))
    return space, values


def test_it_is_a_notebook_without_outputs(notebook):
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_the_small_handbook_decides_and_tells_what_is_missing(shown):
    space, values = shown
    assert values[1] == {"tier": "important", "attention": "grow"}
    assert "60,000 CNY more" in str(space["answers"]["tier"].to("core"))
    assert "agreed at the spring meeting" in space["core_floor"].ours


def test_an_unknown_rating_leaves_one_of_two_answers_open(shown):
    space, values = shown
    assert space["unrated"]["tier"].value == "important"
    assert not space["unrated"]["attention"]
    assert values[4] == ("strategic_fit",)


def test_a_lower_bound_makes_more_core_customers(shown):
    space, _ = shown
    tiers = space["tiers"]
    assert list(tiers) == [10_000_000, 8_000_000]
    assert all(sum(counts.values()) == 60 for counts in tiers.values())
    assert [counts["undecided"] for counts in tiers.values()] == [1, 1]
    assert tiers[8_000_000]["core"] == tiers[10_000_000]["core"] + 2
    assert [each.customer for each in space["moved"]] == ["C002", "C006"]


def test_every_cell_that_ends_in_a_value_shows_one(shown):
    _, values = shown
    assert [place for place, value in enumerate(values) if value is not None] == [1, 4, 7, 9]
