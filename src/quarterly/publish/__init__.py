"""Publishing: the only room that writes files."""
