"""The sentences of benefits, rebates, credit terms and membership, in Chinese."""

__all__ = ["CHINESE"]

CHINESE: dict[str, str] = {
    # Documents: crmrules.documents._kinds_benefits
    "a row of benefits must have a condition: every row that holds gives its part": (
        "权益表的每一行都须有条件：凡条件成立的行均给予其权益"
    ),
    "{key} goes with 'credit'": "{key} 须与 'credit' 一起填写",
    # Contradictions: crmrules.loyalty._contradictions
    "{policy}: {amount} a year, {profile}, bring {more} ({rows}); {start}{upto} bring {less}": (
        "{policy}：年金额 {amount}（{profile}）可得 {more}（{rows}）；{start}{upto}仅得 {less}"
    ),
    " and more": " 及以上",
    " to {until}": " 至 {until} ",
    "spread evenly": "全年平均",
    "bought at once": "一次性采购",
    "{policy}: step {lower} is promised {more} ({rows}), the higher step {higher} only {less} ({others}); "
    "such as {witness}": (
        "{policy}：较低层级 {lower} 承诺 {more}（{rows}），较高层级 {higher} 仅 {less}（{others}）；例如 {witness}"
    ),
}
