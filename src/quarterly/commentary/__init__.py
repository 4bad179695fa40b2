"""What officers write: its format, checks, claims, pins and sign-off."""
