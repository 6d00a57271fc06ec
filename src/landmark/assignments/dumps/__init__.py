"""The dump of a database's table: statements and rows, with the bytes that each row lies in."""
