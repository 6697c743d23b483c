"""What the command line writes where, and that it never ends in a traceback."""

import io
import json
import os
import runpy
import subprocess
import sys

import pytest

import crmrules
from crmrules.cli import main
from crmrules.cli._console import Console, json_text
from crmrules.problems import Problem


def run(*arguments, **options):
    """Run the command line in a process of its own."""
    return subprocess.run([sys.executable, "-m", "crmrules", *arguments], capture_output=True, check=False, **options)


def test_without_a_command_the_usage_is_told(call):
    told = call()
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("usage: crmrules ")
    assert "the following arguments are required: COMMAND" in told.err


def test_help_and_version_are_results(call):
    told = call("--help")
    assert (told.code, told.err) == (0, "")
    assert "exit codes: 0 clean, 1 findings" in told.out
    for command in ("check", "explain", "run", "schema", "demo"):
        assert call(command, "--help").code == 0
    assert call("--version") == (0, f"crmrules {crmrules.__version__}\n", "")


def test_options_are_not_abbreviated(call):
    assert call("check", "uplift", "--form", "json").code == 2


def test_the_module_is_the_command_too(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["crmrules", "check", "core"])
    with pytest.raises(SystemExit) as left:
        runpy.run_module("crmrules", run_name="__main__")
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("core: fine")


def test_an_internal_error_asks_for_a_report_and_shows_no_traceback(call, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("crmrules.cli._check.handbook_named", broken)
    told = call("check", "uplift")
    assert told == (
        3,
        "",
        "crmrules: internal error: ZeroDivisionError: division by zero\n"
        "This is a mistake in crmrules. Please report it, with what --debug prints.\n",
    )
    assert call("check", "uplift", "--debug").err.startswith("Traceback (most recent call last):")


def test_an_interruption_is_quiet(call, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("crmrules.cli._check.handbook_named", interrupted)
    assert call("check", "uplift") == (130, "", "")


class Gone(io.StringIO):
    """A reader who left: at once, or when what was written is handed over."""

    def __init__(self, at):
        super().__init__()
        self._at = at

    def write(self, text):
        if self._at == "write":
            raise BrokenPipeError
        return super().write(text)

    def flush(self):
        if self._at == "flush":
            raise BrokenPipeError


@pytest.mark.parametrize("at", ["write", "flush"])
def test_a_reader_who_leaves_changes_nothing(monkeypatch, capsys, at):
    monkeypatch.setattr(sys, "stdout", Gone(at))
    assert main(["check", "core", "cq"]) == 0
    assert capsys.readouterr().err == ""


def test_a_closed_pipe_is_quiet_in_a_process_of_its_own():
    process = subprocess.Popen(
        [sys.executable, "-m", "crmrules", "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), err) == (0, b"")


def test_talk_that_nobody_takes_is_dropped():
    class Closed(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    Console(io.StringIO(), Closed()).tell("hello")


def test_a_terminal_that_knows_no_chinese_gets_escapes():
    told = run("demo", "--lang", "zh", env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert (told.returncode, told.stderr) == (0, b"")
    assert b"\\u534e\\u4e1c" in told.stdout


def test_what_a_terminal_would_obey_is_taken_out():
    out, err = io.StringIO(), io.StringIO()
    console = Console(out, err)
    console.say("a\x1b[2Jb\u202ec\td\ne\r")
    console.tell("x\x07y")
    assert out.getvalue() == "a\ufffd[2Jb\ufffdc\td\ne\ufffd\n"
    assert err.getvalue() == "x\ufffdy\n"
    assert console.talks_to_a_terminal is False


def test_json_escapes_what_a_terminal_would_obey_and_keeps_its_meaning():
    data = {"name": "a\x1b\x9b\u202eb", "zh": "中文"}
    text = json_text(data)
    assert not {"\x1b", "\x9b", "\u202e"} & set(text)
    assert "中文" in text
    assert json.loads(text) == data


def test_problems_are_written_the_way_they_are_asked_for():
    problem = Problem("CR001", "wrong: {what}\n100%", (("what", "x"),), "/a", file="a,b.toml", line=3)
    shown = {}
    for style in ("text", "json", "github"):
        out, err = io.StringIO(), io.StringIO()
        Console(out, err).refuse([problem], style)
        shown[style] = (out.getvalue(), err.getvalue())
    assert shown["text"] == ("", "a,b.toml:3: $.a: wrong: x\n100% [CR001]\n")
    assert json.loads(shown["json"][0])["problems"] == [problem.as_dict()]
    assert shown["github"][0] == "::error file=a%2Cb.toml,line=3,title=CR001::wrong: x%0A100%25\n"
