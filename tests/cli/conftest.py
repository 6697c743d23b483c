"""A short way to call the command line, and folders of handbooks and data to call it on."""

import io
import json
import sys
from typing import NamedTuple

import pytest

from crmrules.cli import main

RULES = """\
crmrules = 1
name = "shop"
title = { en = "Shop rules", zh = "门店规则" }
currency = "CNY"

[parameters]
core_floor = { value = 1_000, unit = "CNY" }
kinds = { value = ["b2b", "agency"] }
floors = { value = [1, 2] }
greeting = "hello"
strict = true
since = 2026-01-01

[facts.spend]
type = "money"
from_orders = { measure = "spend" }

[facts.segment]
type = "choice"
choices = ["b2b", "b2c", "agency"]

[segmentation.size]
kind = "tiers"
gives = "tier"
tiers = ["core", "basic"]
when = { core = "spend >= core_floor", basic = "otherwise" }

[segmentation.care]
kind = "labels"
gives = "care"
when = { manager = "tier == 'core' and segment in kinds", mail = "otherwise" }
"""


class Told(NamedTuple):
    """What one call of the command line gave."""

    code: int
    out: str
    err: str

    @property
    def data(self):
        return json.loads(self.out)


@pytest.fixture
def call(capsys, monkeypatch):
    def called(*arguments, stdin=None):
        if stdin is not None:
            raw = stdin if isinstance(stdin, bytes) else stdin.encode()
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        code = main([str(argument) for argument in arguments])
        return Told(code, *capsys.readouterr())

    return called


@pytest.fixture
def put(tmp_path):
    def written(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


@pytest.fixture
def rules(put):
    return put("rules.toml", RULES)
