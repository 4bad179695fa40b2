"""The scorecard: targets, RAG, direction of travel, SPC, intervals, comparators and reconciliation."""
