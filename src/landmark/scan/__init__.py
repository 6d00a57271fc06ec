"""Reading files: which ones a case names, in which order, what they are, and which of their lines may matter."""
