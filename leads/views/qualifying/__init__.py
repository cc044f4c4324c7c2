"""The qualification tree on screen: the editor with its draft, the trial, the versions."""

from leads.views.qualifying.editor import act, condition, qualification
from leads.views.qualifying.versions import activate, version

__all__ = ["act", "activate", "condition", "qualification", "version"]
