"""Memory and environment that tests share: what they change, leave behind and read from others."""
