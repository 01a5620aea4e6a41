"""What is not needed before the first mark is not loaded before it: the window is ready sooner."""

import os
import subprocess
import sys
from pathlib import Path

from coder import sample

ROOT = Path(__file__).parents[2]

# The waveform is read meanwhile, by a thread of its own: without it here, NumPy tells of others.
READY = """
import os, sys
from pathlib import Path
from coder.ui import app, dialogs, loading, window
dialogs.run = lambda dialog: False
loading.Loading._read_peaks = lambda *_args: None
choose = window.Window.show_study
def show_study(self, study):
    choose(self, study)
    self.studies.code_as("Ada")
    self.grab()
    ready = len(self.workspace.marks) > 0
    Path(sys.argv[2]).write_text("\\n".join(sys.modules) if ready else "")
    os._exit(0)
window.Window.show_study = show_study
app.run(Path(sys.argv[1]), sample=False)
"""

NOT_YET = (
    "numpy", "scipy", "yaml", "jsonschema", "openpyxl", "docx", "av", "PySide6.QtPrintSupport",
    "coder.export.document", "coder.export.layout", "coder.export.paper", "coder.export.table",
    "coder.tables", "coder.task_analysis", "coder.agreement", "coder.alliance", "coder.measures",
    "coder.recording.voices", "coder.transcripts.fitting", "coder.transcripts.formats",
    "coder.ui.printing", "coder.ui.agree_desk", "coder.ui.measures_desk",
)  # fmt: skip


def test_nothing_is_loaded_before_the_first_mark_that_is_not_needed_for_it(tmp_path):
    study, told = sample.make(tmp_path / "sample.rupture"), tmp_path / "modules.txt"
    subprocess.run(
        [sys.executable, "-c", READY, str(study), str(told)],
        check=True,
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stderr=subprocess.DEVNULL,
        timeout=60,
    )
    loaded = set(told.read_text().splitlines())
    assert "coder.ui.code_desk" in loaded
    assert sorted(loaded.intersection(NOT_YET)) == []
