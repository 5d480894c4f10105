"""The documentation: every program and every transcript of its pages is run."""
