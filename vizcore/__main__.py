"""python -m vizcore VERB ... : see vizcore.cli."""

from vizcore.cli.program import main

if __name__ == "__main__":
    main()
