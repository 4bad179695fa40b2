"""The `quarterly` command.

Commands import what they need when they run, so that `--help` and small commands start quickly.
"""

from __future__ import annotations

import click

from quarterly.cli import benchmark, checking, commentary, importing, making, printing, records, signing, starting
from quarterly.cli.shared import keeping_line_breaks

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=CONTEXT)
@click.version_option(package_name="quarterly", prog_name="quarterly")
@keeping_line_breaks
def main() -> None:
    r"""Turn a quarter's figures into the performance report.

    \b
    A quarter is written as its reporting year and number: 2023-24-Q3 is October to December 2023.
    Where QUARTER is optional, the default is the newest one in params/.

    \b
    The quarter's work, step by step:
      quarterly new             set up the next quarter, and list what it still needs
      quarterly import          bring in its figures, from a workbook, a CSV file or a database
      quarterly check           are the figures sound, and do they agree with what was published?
      quarterly run             execute the notebooks into reports/, keeping their commentary
      (write commentary in reports/<quarter>/<area>.ipynb, with: uv run jupyter lab)
      quarterly status          how far has each area got, and who has to act next?
      quarterly sign-off        mark an area as final: its figures and words are correct
      quarterly render          make the website in _site/
      quarterly build           make everything, with the committee paper and the workbook
    """


for _command in (
    making.build,
    making.run,
    making.render,
    printing.scorecard,
    printing.compare,
    printing.rules,
    checking.check,
    checking.status,
    signing.accept,
    signing.sign_off,
    benchmark.benchmark,
    commentary.commentary,
    importing.import_,
    starting.new,
    records.records,
    making.preview,
    starting.init,
):
    main.add_command(_command)
