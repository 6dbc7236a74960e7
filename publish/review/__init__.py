"""The workbook in which people decide: written, read back, its answers kept."""
