"""Every number that a study quotes, checked against an exact one: a row each, with its verdict."""
