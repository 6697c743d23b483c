"""Outside cases, run through the public API."""
