"""`make bench`: how fast is it? Prints figures of one run; compare ratios, not milliseconds."""

import platform
import sys

from benchmarks import decide, delivery, turns

ROUNDS = 20


def main() -> int:
    """Every measurement, one after the other."""
    print(f"{platform.machine()}, Python {platform.python_version()}")
    print("One question over HTTP beside the bare embedding:")
    for name, value in turns.measure().items():
        print(f"  {name:18} {value:8.2f}")
    print("One after-sales decision:")
    decide.main(ROUNDS)
    print("Delivery, with a bot that echoes:")
    delivery.main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
