"""Pages of words and rules: what readers of PDF and of scans share."""
