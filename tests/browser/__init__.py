"""The whole product in real Chromium: one tour of every kind of page, photographed by `make shots` and looked at by a
test."""
