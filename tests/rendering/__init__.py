"""Renders a plan that was read from text as Word, web page and workbook, as an office would set it.

The promise under test: the same plan in any format gives the same tables.
"""
