"""`make bench`: how fast, how small and how light Safe Harbour is, measured on this machine beside a bare Flask app."""
