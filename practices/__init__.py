"""Pretend apps: pupils do the safe thing, as a lesson has told it, where nobody real is."""
