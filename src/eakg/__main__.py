"""`python -m eakg`: the command line."""

from eakg.cli import main

if __name__ == "__main__":
    main(prog_name="eakg")
