"""The whole product in real Chromium: one tour of every kind of page, and every step of every lesson, photographed by
`make shots`; a test looks at the tour."""
