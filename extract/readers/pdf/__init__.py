"""Digital PDFs."""
