"""python -m tinygan: the command line."""

from tinygan.cli import main

main()
