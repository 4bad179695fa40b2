"""The judgement: ratings and directions of travel by stated rules, and how they agree with what was published."""
