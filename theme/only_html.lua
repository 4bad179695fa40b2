-- The pages of the site work only as HTML. In any other format they would silently lose their tables and charts, so
-- Quarto is stopped instead.
if not FORMAT:match("^html") then
  io.stderr:write(
    "These pages can only be made as HTML: as " .. FORMAT .. " they would lose their tables and charts.\n"
      .. "`uv run quarterly build` makes the committee paper, as Word and PDF, and the workbook. They go to downloads/.\n"
  )
  os.exit(1)
end
