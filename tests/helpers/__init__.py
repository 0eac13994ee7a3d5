"""What several tests use: commands, questions, edits, traces and pipelines."""
