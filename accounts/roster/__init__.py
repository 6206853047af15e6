"""Class lists: reading any list a school has, saying row by row what it would do, and doing it once confirmed."""
