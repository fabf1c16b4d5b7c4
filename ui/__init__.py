"""Pixels and keystrokes."""

import os

# Gradio looks up two hosts at start unless this stands before its import; nothing here calls out by itself.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
