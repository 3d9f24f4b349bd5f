# Files: runs of frames in a buffer of pcapng or pcap bytes.
