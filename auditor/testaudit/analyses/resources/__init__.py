"""What setups and tests open (files, processes, patches, connections), and what ends it."""
