"""Documents in, text out: one module per output format, each knowing its own escaping and nothing of the engine."""
