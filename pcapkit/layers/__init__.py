"""Headers from bytes, in the subset: one file per header, and `decode`, which follows them through a frame."""
