"""The toolkit that the paper and officers' forms share for Word documents."""
