"""Scanned pages."""
