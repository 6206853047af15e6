"""What is taught: lessons as files, compiled once."""
