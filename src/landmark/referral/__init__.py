"""What a country is handed: its leads and enquiries as tables and JSON, and a page that says what they are."""
