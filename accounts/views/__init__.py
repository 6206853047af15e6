"""The pages of who is who: the front door, staff, classes, the office, families."""
