"""Every number that a study quotes, held to an exact one: rows of a table, each with its verdict."""
