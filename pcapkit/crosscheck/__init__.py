"""Runs one dissector in every runtime over the same capture, and puts their answers side by side, frame by frame.

The Python reference, the Lua plugin in each Lua that lupa carries, the plugin inside tshark and sharkd, and the
comments that a recording holds: each must give the same value for every field of every frame. Wireshark's own decode
is held against pcapkit's layers in the same run.
"""
