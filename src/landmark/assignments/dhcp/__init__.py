"""DHCP: what servers write of leases, and the lines that these were given on."""
