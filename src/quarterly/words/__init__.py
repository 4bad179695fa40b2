"""The words that every other room uses: quarters, terms and errors."""
