"""Names, read last: for subjects over the threshold alone, where the authority covers them, each look-up entered."""
