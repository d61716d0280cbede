import pytest

from aqss.gateways.writing import write_atomically


def test_the_folder_is_made_and_the_content_is_there(tmp_path):
    write_atomically(tmp_path / "a" / "b.pdf", b"tout")
    assert (tmp_path / "a" / "b.pdf").read_bytes() == b"tout"


def test_a_file_written_again_is_replaced_and_nothing_else_stays(tmp_path):
    write_atomically(tmp_path / "b.pdf", b"avant")
    write_atomically(tmp_path / "b.pdf", b"maintenant")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("b.pdf", b"maintenant")]


def test_what_cannot_be_put_in_place_leaves_the_folder_as_it_was(tmp_path):
    (tmp_path / "b.pdf").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_atomically(tmp_path / "b.pdf", b"tout")
    assert [path.name for path in tmp_path.iterdir()] == ["b.pdf"]
