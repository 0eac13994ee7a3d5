"""The fields of a scenario: numbers, nodes, flow, sections."""
