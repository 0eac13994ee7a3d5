"""Scenario files: YAML in and out, and their JSON Schema."""
