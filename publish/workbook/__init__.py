"""`kehoach export`: the tables of a run as an Excel workbook or CSV files."""
