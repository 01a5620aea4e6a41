"""The schemes, by command."""

import json

from coder import cli, markers


def run(capsys, *argv):
    status = cli.main([str(each) for each in argv], None)
    out, err = capsys.readouterr()
    return status, out, err


def test_every_scheme_that_ships_is_listed_and_shown(capsys):
    listed = json.loads(run(capsys, "scheme", "list", "--json")[1])["schemes"]
    assert [each["id"] for each in listed] == list(markers.available())
    sizes = {each["id"]: each["markers"] for each in listed}
    # The published counts: 38 behaviours, 33 rows.
    assert (sizes["samstag-2003"], sizes["laraway-2015"]) == (38, 33)
    for scheme, size in sizes.items():
        shown = json.loads(run(capsys, "scheme", "show", scheme, "--json")[1])
        assert list(shown) == ["id", "version", "markers"]
        assert len(shown["markers"]) == size
        keys = {"id", "label", "column", "family", "certainty", "rolls_up_to"}
        assert all(keys <= set(marker) for marker in shown["markers"])
        told = run(capsys, "scheme", "show", scheme)[1].splitlines()
        assert len(told) == size + 1
    assert "no default family" in run(capsys, "scheme", "show", "samstag-2003")[1]
    assert len(run(capsys, "scheme", "list")[1].splitlines()) == len(listed)


def test_a_scheme_of_one_s_own_is_checked(tmp_path, capsys):
    file = tmp_path / "own é.yaml"
    file.write_bytes((markers.folder() / "laraway-2015.yaml").read_bytes())
    status, out, err = run(capsys, "scheme", "check", file)
    assert (status, err) == (0, "")
    assert out == f"{file} is a valid scheme: laraway-2015, 33 markers.\n"
    told = json.loads(run(capsys, "scheme", "check", file, "--json")[1])
    assert (told["id"], told["ok"]) == ("laraway-2015", True)
    file.write_text(json.dumps(markers.load("laraway-2015").content), encoding="utf-8")
    assert run(capsys, "scheme", "check", file)[0] == 0
    file.write_text("id: x\n", encoding="utf-8")
    status, out, err = run(capsys, "scheme", "check", file)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "is not a valid scheme" in err
