import hashlib
import tomllib

import pytest

from aqss.gateways.pdf import FONTS

FILES = tomllib.loads((FONTS / "manifest.toml").read_text(encoding="utf-8"))["file"]


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
def test_a_font_is_the_one_its_package_ships_with_its_licence(entry):
    assert hashlib.sha256((FONTS / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert (FONTS / entry["licence_file"]).is_file()


def test_no_font_is_left_out_of_the_manifest():
    assert {path.name for path in FONTS.glob("*.ttf")} == {entry["file"] for entry in FILES}
