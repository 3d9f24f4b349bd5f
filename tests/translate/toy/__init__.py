"""A dissector small enough to see through: Ethernet to TCP header, and the three steps that open a connection."""
