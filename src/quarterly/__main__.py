"""Run the command line as ``python -m quarterly``."""

from quarterly.cli.main import main

if __name__ == "__main__":
    main(prog_name="quarterly")
