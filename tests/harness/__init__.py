"""What the tests stand on: a real database for each test, a school to tell stories about, visitors and a browser."""
