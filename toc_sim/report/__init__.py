"""What people and machines read: tables, figures, JSON."""
