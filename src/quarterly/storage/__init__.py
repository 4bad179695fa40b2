"""Files put in place whole, the lock, and the record of what was made from what."""
