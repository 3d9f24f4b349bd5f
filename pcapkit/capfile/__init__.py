"""Capture files: pcapng and classic pcap read, pcapng written, comments put into files that exist already.

`reader.read_frames` reads, `writer.PcapngWriter` writes, `annotate.annotate` copies a file and adds comments.
"""
