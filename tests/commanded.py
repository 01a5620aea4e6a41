"""Run a command as a shell would, and look at what it says."""

import json

from coder import cli


def run(capsys, *argv):
    status = cli.main([str(each) for each in argv], None)
    out, err = capsys.readouterr()
    return status, out, err


def asked(capsys, *argv):
    status, out, err = run(capsys, *argv, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)
