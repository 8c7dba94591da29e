"""YAML as operators write it, read by libyaml where the package brings it: ten times as fast."""

from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str) -> Any:
    """Plain data. Raises yaml.YAMLError for what is no YAML."""
    return yaml.load(text, Loader=_LOADER)
