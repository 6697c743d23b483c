"""A year's plan for real customers: by tier, with birthdays, consents, preferences and ten owners from a seed."""

from __future__ import annotations

import pytest

from crmrules.contact import certified, dry_run
from tests.contact import retail

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def bought(shared):
    source = shared / "data" / "online_retail" / "online_retail.csv.gz"
    if not source.exists():
        pytest.skip("no data set 'online_retail' in the folder 'shared' beside the project")
    return retail.spend(source)


def test_a_year_for_one_in_forty_customers_keeps_every_guard_and_tells_its_peaks(bought):
    assert len(bought) == 4_338
    chosen = dict(retail.accounts(bought, every=40))
    customers, histories = tuple(chosen), {account.id: history for account, history in chosen.items()}
    policy, owners = retail.policy(), retail.owners(2)
    year = dry_run(policy, customers, histories, retail.START.date(), owners)
    known = {name: list(history) for name, history in histories.items()}
    for month in year.months:
        assert certified(policy, customers, known, month, owners)
        for slot in month.slots:
            known[slot.account].append(slot.touch())
    withdrawn = {each.id for each in customers if not each.consents or each.consents[0].withdrawn is not None}
    late = retail.START.replace(year=2012, month=3, day=1)
    assert not [slot for slot in year.slots if slot.account in withdrawn and slot.at >= late]
    assert {each.account for each in year.unmet} <= withdrawn
    peak = year.peak()
    assert peak is not None
    assert len(year.slots) > 400
