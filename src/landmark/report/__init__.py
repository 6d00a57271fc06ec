"""What people read of a run: the report, the communique, and the funnel in a terminal. Text out, nothing written."""
