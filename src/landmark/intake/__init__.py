"""From the files of a case to events and leases: which files, what they were, and what came of every line.

Sources and assignments are pure functions of bytes; here is the disk, the cache and the accounting around them.
"""
