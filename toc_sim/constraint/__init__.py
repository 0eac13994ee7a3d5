"""Who is the constraint: critical path, experiments, detectors, the verdict."""
