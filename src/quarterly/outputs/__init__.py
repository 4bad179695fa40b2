"""What is published from editions: website, paper, workbook and officers' forms."""
