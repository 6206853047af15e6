"""Where a pupil turns for help."""
