"""The team's configuration: what may be set, how it is read and checked, and where each value in force comes from."""

from testaudit.config.codes import validate_codes
from testaudit.config.globs import path_matcher
from testaudit.config.in_force import Setting, settings_in_force
from testaudit.config.load import find_configuration, load_config
from testaudit.config.values import (
    EFFECTS,
    LAYERS,
    LEVELS,
    RUNNERS,
    Config,
    DeclaredLayers,
    Layer,
    LayerTable,
    Level,
    PathIgnores,
    SessionConfig,
    Threshold,
)

__all__ = [
    "EFFECTS",
    "LAYERS",
    "LEVELS",
    "RUNNERS",
    "Config",
    "DeclaredLayers",
    "Layer",
    "LayerTable",
    "Level",
    "PathIgnores",
    "SessionConfig",
    "Setting",
    "Threshold",
    "find_configuration",
    "load_config",
    "path_matcher",
    "settings_in_force",
    "validate_codes",
]
