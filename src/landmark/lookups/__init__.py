"""What is looked up beside the logs, over distinct values: machines, countries, known units, who had an address."""
