"""Who is who: schools, classes, people, how they sign in, and what each may do."""
