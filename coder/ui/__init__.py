"""Everything Qt."""

import os

# Qt's media library talks to the terminal as soon as it is imported.
os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.*=false")
