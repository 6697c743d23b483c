"""crmrules demo and crmrules schema."""

from .conftest import RULES

ORDERS = "customer,order,at,amount\nC1,1,2026-01-05,12000000\nC1,2,2026-03-01,5\n"


def test_the_demo_explains_itself_to_a_newcomer(call):
    told = call("demo")
    assert (told.code, told.err) == (0, "")
    assert len(told.out.splitlines()) < 60
    for part in (
        "Huadong Bearings: tier = important",
        "Xinghe Trading: tier = undecided",
        "no: annual_spend >= b2b_core_floor  [annual_spend is 9,400,000 CNY; b2b_core_floor is 10,000,000",
        "  annual_spend: 600,000 CNY more (from 9,400,000 CNY to 10,000,000 CNY)",
    ):
        assert part in told.out


def test_the_demo_in_chinese(call):
    told = call("demo", "--lang", "zh")
    assert told.out.startswith(
        "内置手册 uplift（企业客户关系提升方案）判定三位虚构的客户。\n\n华东轴承：tier = important"
    )
    assert "距下一层级还差什么？" in told.out


def test_the_demo_over_a_book_as_of_its_last_order(call, put):
    folder = put("book/orders.csv", ORDERS).parent
    told = call("demo", "--book", folder)
    assert told.code == 0
    assert "Customer relationship uplift over a book, as of 2026-03-01\n" in told.out
    put("other/customers.csv", "customer,business_type\nC1,b2b\n")
    assert "over a book, as of 2026-06-30\n" in call("demo", "--book", folder.parent / "other").out


def test_the_schema_of_both_drafts(call):
    assert call("schema").data["$schema"] == "http://json-schema.org/draft-07/schema#"
    told = call("schema", "--draft", "2020-12")
    assert (told.code, told.data["$schema"]) == (0, "https://json-schema.org/draft/2020-12/schema")


def test_a_draft_that_nobody_knows_is_refused(call):
    told = call("schema", "--draft", "4")
    assert (told.code, told.out) == (2, "")
    assert "argument --draft: invalid choice: '4'" in told.err


def test_rules_of_the_tests_are_sound(call):
    assert call("check", "-", stdin=RULES).code == 0
