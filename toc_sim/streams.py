"""Named random streams: who draws, for what, in which replication."""
