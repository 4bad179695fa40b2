"""Outputs made from editions: the website, the committee paper, the workbook and officers' forms."""
