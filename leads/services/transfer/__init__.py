"""Lists in and out: workbooks, what a file remembers, taking an import back, writing files."""
