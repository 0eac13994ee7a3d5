"""What runs earn: throughput accounting, cash by period, investments, attribution."""
