"""B4: grids that should never have been written, each with a code that must be told among its problems."""

from __future__ import annotations

from typing import NamedTuple

from aqss.domain.definitions.tree import Files, Unreadable
from tests.domain.definitions.examples import (
    FILES,
    GRID,
    MODULE,
    OTHER_GRID,
    OTHER_WORKFLOW,
    PROFILE,
    REFERENCES,
    SCALES,
    WORKFLOW,
    catalogue_files,
)

MIB = 1024 * 1024


class BadYaml(NamedTuple):
    """A catalogue with something hostile or absurd in it, and one of the codes it must be refused with."""

    name: str
    code: str
    files: Files


def _changed(name: str, code: str, path: str, before: str, after: str) -> BadYaml:
    return BadYaml(name, code, catalogue_files((path, before, after)))


def _whole(name: str, code: str, content: bytes | str, path: str = GRID) -> BadYaml:
    data = content.encode() if isinstance(content, str) else content
    return BadYaml(name, code, {**catalogue_files(), path: data})


def _in_title(name: str, code: str, written: str) -> BadYaml:
    return _changed(name, code, GRID, "title: Coordination", f"title: {written}")


def _weight(written: str, code: str) -> BadYaml:
    return _changed(f"weight {written[:20]}", code, GRID, "weight: 2", f"weight: {written}")


def _criteria(count: int) -> str:
    lines = (f"      - {{criterion: M-{number}, statement: Un critère.}}\n" for number in range(count))
    return f"    criteria:\n{''.join(lines)}"


_BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
_OBJECTS = {
    "python name": "!!python/name:os.system",
    "python call": '!!python/object/apply:os.system ["true"]',
    "python new": "!!python/object/new:subprocess.Popen [[true]]",
    "python module": "!!python/module:antigravity",
    "ruby object": "!ruby/object:Gem::Installer {i: x}",
    "java class": "!!javax.script.ScriptEngineManager [x]",
    "local tag": "!secret x",
    "binary": "!!binary aGVsbG8=",
    "set": "!!set {a, b}",
    "non-specific tag": "! x",
    "verbatim tag": "!<tag:yaml.org,2002:str> x",
}

CASES: tuple[BadYaml, ...] = (
    *(_in_title(name, "YAML-011", written) for name, written in _OBJECTS.items()),
    _whole("bomb of aliases", "YAML-010", _BOMB),
    _in_title("alias of nothing", "YAML-010", "*rien"),
    _in_title("anchor that nothing uses", "YAML-009", "&x Coordination"),
    _in_title("node inside itself", "YAML-010", "&x [*x]"),
    _whole("merge of itself", "YAML-010", "a: &a\n  <<: *a\n"),
    _changed("merge key", "DEF-001", GRID, "version: 1", "version: 1\n<<: {title: x}"),
    _whole("lists without end", "YAML-014", "[" * MIB),
    _whole("mappings without end", "YAML-014", "{a: " * (MIB // 4)),
    _whole("dashes without end", "YAML-014", "- " * (MIB // 2)),
    _whole("keys without end", "YAML-014", "? " * (MIB // 2)),
    _whole("indentation without end", "YAML-014", "\n".join(" " * depth + "a:" for depth in range(1400))),
    _whole("quote without end", "YAML-005", 'title: "' + "x" * (MIB - 9)),
    _whole("one key of 1 MiB", "YAML-005", '"' + "x" * (MIB - 9) + '": 1'),
    _whole("one explicit key of 1 MiB", "DEF-001", '? "' + "x" * (MIB - 9) + '"\n: 1'),
    _whole("number of 1 MiB", "YAML-015", "version: " + "9" * (MIB - 9)),
    _whole("decimals of 1 MiB", "YAML-015", "version: 0." + "3" * (MIB - 11)),
    _whole("1 MiB and one byte", "YAML-003", b"#" * (MIB + 1)),
    _whole("200 documents", "YAML-006", "--- a\n" * 200),
    _whole("nothing", "YAML-007", b""),
    _whole("comments only", "YAML-007", "# rien\n" * 5),
    _whole("a text", "YAML-007", "coordination"),
    _whole("a list", "YAML-007", "- grid: coordination\n"),
    _whole("null", "YAML-007", "~"),
    _whole("latin-1", "YAML-002", FILES[GRID].encode("latin-1")),
    _whole("UTF-16", "YAML-002", FILES[GRID].encode("utf-16")),
    _whole("UTF-32", "YAML-002", FILES[GRID].encode("utf-32")),
    _whole("surrogates in UTF-8", "YAML-002", b"title: \xed\xa0\x80\n"),
    _whole("overlong UTF-8", "YAML-002", b"title: \xc0\xaf\n"),
    _whole("a program", "YAML-002", b"\x7fELF\x02\x01\x01" + bytes(range(256))),
    _whole("only zeros", "YAML-004", bytes(4096)),
    _in_title("zero byte", "YAML-004", "a\x00b"),
    _in_title("escaped zero byte", "YAML-004", r'"a\0b"'),
    _in_title("terminal escape", "YAML-004", r'"\e[31mrouge"'),
    _in_title("right-to-left override", "YAML-004", "a\u202eb"),
    _in_title("escaped carriage return", "YAML-004", r'"Objet\r\nBcc: x@exemple.fr"'),
    _in_title("impossible escape", "YAML-005", r'"\U00110000"'),
    _changed("tab as indentation", "YAML-005", GRID, "\nversion: 1", "\n\tversion: 1"),
    _whole("HTML", "YAML-007", "<html><body>404</body></html>"),
    _whole("merge conflict", "YAML-005", f"<<<<<<< HEAD\n{FILES[GRID]}=======\n>>>>>>> autre\n"),
    _whole("template", "YAML-013", "{{ grid }}: 1\n"),
    _whole("directive of YAML 1.1", "YAML-012", f"%YAML 1.1\n---\n{FILES[GRID]}"),
    _changed("same key twice", "YAML-008", GRID, "version: 1", "version: 1\nversion: 2"),
    _changed("same key, quoted", "YAML-008", GRID, "version: 1", "version: 1\n'version': 2"),
    _changed("key that is a number", "YAML-013", GRID, "version: 1", "version: 1\n1: 2"),
    _changed("key that is a list", "YAML-013", GRID, "version: 1", "version: 1\n? [a]\n: 2"),
    _weight("-1", "GRID-012"),
    _weight("0", "GRID-012"),
    _weight("-0.0", "GRID-012"),
    _weight("1e-999999999", "YAML-015"),
    _weight("1e999999999", "YAML-015"),
    _weight(".nan", "YAML-015"),
    _weight(".inf", "YAML-015"),
    _weight("NaN", "DEF-003"),
    _weight("101", "GRID-013"),
    _weight("yes", "DEF-003"),
    _weight("true", "DEF-003"),
    _weight('"2"', "DEF-003"),
    _weight("[2]", "DEF-003"),
    _weight("{}", "DEF-003"),
    _weight("1,5", "DEF-003"),
    _weight("١", "DEF-003"),
    _changed("version 0", "DEF-009", GRID, "version: 1", "version: 0"),
    _changed("version 1.5", "DEF-003", GRID, "version: 1", "version: 1.5"),
    _changed("no criteria", "DEF-005", OTHER_GRID, FILES[OTHER_GRID].partition("    criteria:")[2], " []\n"),
    _changed(
        "criteria left blank", "DEF-004", OTHER_GRID, FILES[OTHER_GRID].partition("    criteria:")[2], ""
    ),
    _changed("10,000 criteria", "GRID-008", OTHER_GRID, "    criteria:\n", _criteria(10_000)),
    _changed("same criterion twice", "GRID-003", GRID, "criterion: A-03", "criterion: A-01"),
    _changed("same criterion in two grids", "GRID-003", GRID, "criterion: A-03", "criterion: B-01"),
    _changed("criterion that replaces itself", "GRID-009", GRID, "replaces: [A-00]", "replaces: [A-01]"),
    _changed(
        "level that is missing", "SCALE-006", SCALES, "      - {level: non, label: Non, value: 0}\n", ""
    ),
    _changed("level named na", "SCALE-003", SCALES, "level: non", "level: na"),
    _changed("level worth NaN", "YAML-015", SCALES, "value: 0.5", "value: .NaN"),
    _changed("level worth 2", "SCALE-011", SCALES, "value: 0.5", "value: 2"),
    _changed("levels in disorder", "SCALE-004", SCALES, "Oui, value: 1}", "Oui, value: 0.1}"),
    _changed("target that is one point", "SCALE-009", SCALES, "best: 5", "best: 20"),
    _changed("bounds upside down", "SCALE-007", SCALES, "min: 0", "min: 1000"),
    _changed("bands in disorder", "MODULE-006", MODULE, "from: 80", "from: 20"),
    _changed("path as a name", "DEF-007", GRID, "grid: coordination", "grid: ../../etc/passwd"),
    _changed(
        "script in an address", "REF-006", REFERENCES, '"https://exemple.fr/csp"', '"javascript:alert(1)"'
    ),
    _changed("file as an address", "REF-006", REFERENCES, '"https://exemple.fr/csp"', '"file:///etc/passwd"'),
    _changed("profession tous", "PROFILE-003", PROFILE, "profession: accueil", "profession: tous"),
    _changed("unknown flag", "REF-002", GRID, "{any: [dentaire]}", "{all: [dentaires]}"),
    _changed("text of 2,001 characters", "DEF-006", GRID, "title: Coordination", f"title: {'é' * 2001}"),
    _changed("state that leads nowhere", "WF-005", WORKFLOW, "{to: close,", "{to: cotation,"),
    _changed("states in a circle", "WF-003", OTHER_WORKFLOW, "final: true", "final: false"),
    _changed("span of a million weeks", "WF-018", WORKFLOW, "due: 14d", "due: 1000000w"),
    BadYaml("link in a circle", "YAML-001", {**catalogue_files(), GRID: Unreadable("loop")}),
    BadYaml("no scales", "YAML-019", catalogue_files(without=(SCALES,))),
    BadYaml(
        "grid that no module lists", "MODULE-003", {**catalogue_files(), "grids/soins/x.yaml": b"grid: x"}
    ),
)
