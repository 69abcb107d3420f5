"""One module per revision; none imports the tables of today."""
