"""What pages ask: one file an audience; nothing here writes."""
