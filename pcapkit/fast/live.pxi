# Interfaces: the frames of a ring block.
