"""One file's bytes become a module of plain facts; nothing here knows a library, another file or what a name means."""
