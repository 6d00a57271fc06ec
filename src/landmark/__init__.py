"""Landmark: from a provider's raw logs, under a court's authority, to court-ready referrals."""
