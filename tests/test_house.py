"""The house itself: its tasks, pins, texts, public names and start-up."""

import ast
import re
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "crmrules"
PINS = sorted((ROOT / "requirements").glob("*.txt"))
GUIDES = [path for name in ("README.md", "README.zh.md", "CONTRIBUTING.md") if (path := ROOT / name).exists()]
FIRST_IMPORT = "from crmrules.segmentation import TierPolicy"

# Written in pieces, or this file would be the first to name them.
REGISTRIES = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian", "org"),
        ("crates", "io"),
        ("anaconda", "org"),
    ]
]
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|root|home/\w+|Users/\w+)/")


def public_modules() -> list[Path]:
    """Modules that users may import: no part of the path begins with an underscore."""
    modules = sorted(PACKAGE.rglob("*.py"))
    return [path for path in modules if not any(part.startswith("_") for part in parts_of(path))]


def parts_of(module: Path) -> tuple[str, ...]:
    return tuple(part for part in module.relative_to(PACKAGE).with_suffix("").parts if part != "__init__")


def public_names(tree: ast.Module) -> set[str]:
    """Names that a module defines or imports at its top and that do not begin with an underscore."""
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names.update(target.id for target in targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            names.update(alias.asname or alias.name for alias in node.names)
    return {name for name in names if not name.startswith("_")}


def says_all(tree: ast.Module) -> bool:
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    return any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets)


def tracked_files() -> list[Path]:
    """Files that are, or are about to be, in the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git repository, or no git: the files in the tree cannot be listed")
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]


def python(code: str) -> str:
    """Run code in a fresh interpreter and return what it printed."""
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.skipif(not GUIDES, reason="no README and no CONTRIBUTING yet")
def test_every_task_that_the_guides_name_is_there():
    tasks = runpy.run_path(str(ROOT / "dev"))["TASKS"]
    named = {task for path in GUIDES for task in re.findall(r"\./dev (\w+)", path.read_text(encoding="utf-8"))}
    assert named <= set(tasks)


def test_the_task_runner_describes_every_task():
    runner = runpy.run_path(str(ROOT / "dev"))
    assert set(re.findall(r"\./dev (\w+)", runner["__doc__"])) == set(runner["TASKS"])


def test_no_file_names_a_registry_or_a_folder_of_somebodys_machine():
    found = []
    for path in tracked_files():
        text = path.read_bytes().decode("utf-8", errors="replace")
        words = [word for word in REGISTRIES if word in text]
        words += [match.group() for match in MACHINE_PATH.finditer(text)]
        words += [str(ROOT)] if str(ROOT) in text else []
        found += [f"{path.relative_to(ROOT)}: {word}" for word in words]
    assert found == []


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.name)
def test_every_pin_is_exact_and_hashed(path):
    requirements = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    assert requirements
    assert [line for line in requirements if not re.match(r"[\w.-]+==[^ ]+ .*--hash=sha256:", line)] == []


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.name)
def test_no_pin_file_holds_an_address(path):
    assert re.findall(r"://| @ |--index|--find-links|^-i ", path.read_text(encoding="utf-8"), re.MULTILINE) == []


def test_the_newest_and_the_oldest_dateutil_are_both_pinned():
    newest = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    oldest = (ROOT / "requirements" / "oldest.txt").read_text(encoding="utf-8")
    assert "python-dateutil==4." in newest
    assert "python-dateutil==2.9.0.post0 " in oldest


@pytest.mark.parametrize("module", public_modules(), ids=lambda path: ".".join(parts_of(path)) or "crmrules")
def test_every_public_module_says_what_is_public(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert says_all(tree) or not public_names(tree)


def test_a_domain_package_loads_no_reader_of_documents_and_no_extra():
    loaded = python(f"{FIRST_IMPORT}; import sys; print(*sys.modules)").split()
    assert {"cattrs", "narwhals", "yaml", "tomllib", "argparse"} & set(loaded) == set()


def test_a_domain_package_is_imported_quickly():
    code = f"import time; start = time.process_time(); {FIRST_IMPORT}; print(time.process_time() - start)"
    assert min(float(python(code)) for _ in range(3)) < 0.5


def test_a_wheel_carries_the_type_marker_the_licence_and_the_packaged_handbooks(tmp_path):
    name = python(f"from flit_core.buildapi import build_wheel; print(build_wheel({str(tmp_path)!r}))").strip()
    with zipfile.ZipFile(tmp_path / name) as wheel:
        names = set(wheel.namelist())
    handbooks = {f"crmrules/{path.relative_to(PACKAGE).as_posix()}" for path in PACKAGE.rglob("*.toml")}
    assert {"crmrules/py.typed", *handbooks} <= names
    assert any(name.endswith("/licenses/LICENSE") for name in names)
