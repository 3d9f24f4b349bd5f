"""The scenarios that every runtime must label exactly: the table of the definition, in the language of `talk`."""

OPEN = """
    C SYN : 1/3
    S SYN,ACK : 2/3
    C ACK : 3/3
"""

EXCHANGE = (
    OPEN
    + """
    C PSH,ACK len=128 : data
    S ACK : ack
    S PSH,ACK len=128 : data
    C ACK : ack
"""
)

SCENARIOS: dict[str, str] = {
    "open": OPEN,
    "server closes at once (ten frames)": OPEN
    + """
    C PSH,ACK len=128 : data
    S ACK : ack
    S PSH,ACK len=128 : data
    S FIN,ACK : 1/4
    C ACK ack=129 : ack
    C FIN,ACK : 2/4+3/4
    S ACK : 4/4
    """,
    "client closes after a pause (eleven frames)": EXCHANGE
    + """
    C FIN,ACK : 1/4
    S ACK : 2/4
    S FIN,ACK : 3/4
    C ACK : 4/4
    """,
    "last ACK of the open carries data": """
    C SYN : 1/3
    S SYN,ACK : 2/3
    C PSH,ACK len=10 : 3/3+data
    S ACK : ack
    """,
    "SYN with data, accepted": """
    C SYN len=20 : 1/3+data
    S SYN,ACK : 2/3
    C ACK : 3/3
    """,
    "SYN with data, only the SYN accepted": """
    C SYN len=20 : 1/3+data
    S SYN,ACK ack=1 : 2/3
    C ACK seq=1 len=20 : 3/3+data+repeat
    """,
    "SYN lost, sent again": """
    C SYN : 1/3
    C SYN seq=keep : 1/3+repeat
    S SYN,ACK : 2/3
    C ACK : 3/3
    """,
    "SYN-ACK sent again": """
    C SYN : 1/3
    S SYN,ACK : 2/3
    S SYN,ACK seq=keep : 2/3+repeat
    C ACK : 3/3
    """,
    "last ACK of the open lost": OPEN
    + """
    S SYN,ACK seq=keep : 2/3+repeat
    C ACK : 3/3+repeat
    C ACK : ack
    """,
    "closed port": """
    C SYN : 1/3
    S RST,ACK isn=0 : refused
    """,
    "filtered port": """
    C SYN : 1/3
    C SYN seq=keep : 1/3+repeat
    C SYN seq=keep : 1/3+repeat
    """,
    "half-open scan": """
    C SYN : 1/3
    S SYN,ACK : 2/3
    C RST : reset
    """,
    "simultaneous open": """
    C SYN : 1/3
    S SYN : crossed
    C SYN,ACK seq=0 : 2/3
    S SYN,ACK seq=0 : 2/3
    C ACK : 3/3
    S ACK : ack
    """,
    "merged close": OPEN
    + """
    C FIN,ACK : 1/4
    S FIN,ACK : 2/4+3/4
    C ACK : 4/4
    """,
    "FIN with data": OPEN
    + """
    C FIN,PSH,ACK len=50 : data+1/4
    S ACK : 2/4
    S FIN,ACK : 3/4
    C ACK : 4/4
    """,
    "half-close": OPEN
    + """
    C FIN,ACK : 1/4
    S ACK : 2/4
    S PSH,ACK len=10 : data
    C ACK : ack
    S PSH,ACK len=10 : data
    C ACK : ack
    S FIN,ACK : 3/4
    C ACK : 4/4
    """,
    "simultaneous close": OPEN
    + """
    C FIN,ACK : 1/4
    S FIN,ACK ack=1 : 3/4
    S ACK : 2/4
    C ACK : 4/4
    """,
    "simultaneous close, ACKs in the other order": OPEN
    + """
    C FIN,ACK : 1/4
    S FIN,ACK ack=1 : 3/4
    C ACK : 4/4
    S ACK : 2/4
    """,
    "FIN lost, sent again": OPEN
    + """
    C FIN,ACK : 1/4
    C FIN,ACK seq=keep : 1/4+repeat
    S ACK : 2/4
    S FIN,ACK : 3/4
    C ACK : 4/4
    """,
    "last ACK lost": OPEN
    + """
    C FIN,ACK : 1/4
    S ACK : 2/4
    S FIN,ACK : 3/4
    C ACK : 4/4
    S FIN,ACK seq=keep : 3/4+repeat
    C ACK : 4/4+repeat
    """,
    "abort with unread data": OPEN
    + """
    C PSH,ACK len=100 : data
    S RST,ACK : reset
    """,
    "RST after FIN": OPEN
    + """
    C FIN,ACK : 1/4
    S RST : reset
    """,
    "forged RST outside the window": OPEN
    + """
    S RST seq=900000 : ignored
    C PSH,ACK len=10 : data
    S ACK : ack
    """,
    "RST at the edge of a scaled window": """
    C SYN scale=7 : 1/3
    S SYN,ACK scale=7 : 2/3
    C ACK win=100 : 3/3
    S RST seq=12801 : ignored
    S RST seq=12800 : reset
    """,
    "RST while the client waits, without an acknowledgement of its SYN": """
    C SYN : 1/3
    S RST isn=77 : ignored
    S RST,ACK seq=1 ack=5 : ignored
    S SYN,ACK isn=5000 : 2/3
    C ACK : 3/3
    """,
    "same ports again after close": OPEN
    + """
    C FIN,ACK : 1/4
    S FIN,ACK : 2/4+3/4
    C ACK : 4/4
    C SYN isn=90000 : 1/3
    S SYN,ACK isn=70000 : 2/3
    C ACK : 3/3
    """,
    "forged RST answers the SYN before the real SYN-ACK": """
    C SYN : 1/3
    S RST,ACK seq=-5000 : refused
    S SYN,ACK : 2/3
    C ACK : 3/3
    """,
    "injected RST in the window": OPEN
    + """
    S RST : reset
    C ACK len=10 : data
    S ACK len=10 : data
    C ACK : ack
    """,
    "split handshake": """
    C SYN : 1/3
    S ACK : ack
    S SYN : crossed
    C SYN,ACK seq=0 : 2/3
    S ACK : 3/3
    """,
    "refused, tried again with the same ISN": """
    C SYN : 1/3
    S RST,ACK isn=0 : refused
    C SYN seq=0 : 1/3
    S RST,ACK isn=0 : refused
    """,
    "midstream pickup": """
    C PSH,ACK len=10 : data
    S ACK : ack
    C FIN,ACK : 1/4
    S ACK : 2/4
    S FIN,ACK : 3/4
    C ACK : 4/4
    """,
    "SYN-ACK captured first": """
    C SYN lost
    S SYN,ACK : 2/3
    C ACK : 3/3
    """,
    "SYN captured behind its SYN-ACK": """
    C SYN lost
    S SYN,ACK : 2/3
    C SYN seq=0 : 1/3
    C ACK : 3/3
    """,
    "SYN-ACK not captured": """
    C SYN : 1/3
    S SYN,ACK lost
    C ACK : 3/3
    C PSH,ACK len=10 : data
    """,
    "every frame captured twice": """
    C SYN : 1/3
    C SYN seq=0 : 1/3+repeat
    S SYN,ACK : 2/3
    S SYN,ACK seq=0 : 2/3+repeat
    C ACK : 3/3
    C ACK : ack
    C PSH,ACK len=128 : data
    C PSH,ACK len=128 seq=1 : data+repeat
    S ACK : ack
    S ACK : ack
    S FIN,ACK : 1/4
    S FIN,ACK seq=1 : 1/4+repeat
    C FIN,ACK : 2/4+3/4
    C FIN,ACK seq=129 : 2/4+3/4+repeat
    S ACK : 4/4
    S ACK : ack
    """,
    "refusal captured twice": """
    C SYN : 1/3
    C SYN seq=0 : 1/3+repeat
    S RST,ACK isn=0 : refused
    S RST,ACK isn=0 : refused+repeat
    """,
    "scan with odd flags": """
    C - : other
    C SYN,FIN : other
    C FIN,PSH,URG : other
    """,
    "keep-alive": EXCHANGE
    + """
    C ACK seq=128 : keep
    S ACK : ack
    C ACK seq=128 len=1 : keep
    S ACK : ack
    """,
    "data sent again": EXCHANGE
    + """
    C PSH,ACK len=100 : data
    C PSH,ACK len=100 seq=keep : data+repeat
    S ACK : ack
    """,
    "port reused while open": OPEN
    + """
    C SYN isn=500000 : 1/3
    S SYN,ACK isn=600000 : 2/3
    C ACK : 3/3
    """,
    "the server opens a connection of its own on the same ports": """
    C SYN : 1/3
    S SYN,ACK lost
    C ACK : 3/3
    S SYN isn=800000 : 1/3
    C SYN,ACK isn=900000 : 2/3
    S ACK : 3/3
    """,
    "SYN-ACK with another ISN": """
    C SYN : 1/3
    S SYN,ACK : 2/3
    S SYN,ACK isn=9999 : 2/3
    C ACK : 3/3
    """,
    "the last ACK of the open, with data, captured twice": """
    C SYN : 1/3
    S SYN,ACK : 2/3
    C PSH,ACK len=10 : 3/3+data
    C PSH,ACK len=10 seq=keep : 3/3+data+repeat
    """,
    "a FIN of the connection before, behind a new SYN": OPEN
    + """
    C FIN,ACK : 1/4
    S FIN,ACK : 2/4+3/4
    C ACK : 4/4
    C SYN isn=90000 : 1/3
    S FIN,ACK isn=5000 seq=1 ack=-87998 : other
    S SYN,ACK isn=70000 : 2/3
    C ACK : 3/3
    C FIN,ACK : 1/4
    S FIN,ACK : 2/4+3/4
    C ACK : 4/4
    """,
    "a SYN-ACK that answers nothing": OPEN
    + """
    S SYN,ACK seq=1000000 ack=77 : other
    S PSH,ACK seq=1 len=10 : data
    C ACK ack=11 : ack
    C RST,ACK ack=11 : reset
    """,
    "a RST that was ignored, and is taken later": """
    C SYN : 1/3
    S SYN,ACK : 2/3
    C ACK win=100 : 3/3
    S RST seq=101 : ignored
    S PSH,ACK seq=1 len=50 : data
    C ACK win=100 ack=51 : ack
    S RST seq=101 : reset+repeat
    C SYN isn=90000 : 1/3
    """,
    "data captured behind the RST that follows it": OPEN
    + """
    S RST seq=101 : reset
    S PSH,ACK seq=1 len=100 : data
    C SYN isn=90000 : 1/3
    """,
    "an acknowledgement of what was never sent": OPEN
    + """
    S PSH,ACK ack=500000000 : ack
    S ACK ack=1 : ack
    C RST : reset
    """,
    "a server's data shows that its SYN-ACK arrived": """
    C SYN : 1/3
    S SYN,ACK lost
    C ACK lost
    S PSH,ACK len=10 : data
    S RST : reset
    """,
    "a window that no scale can widen": """
    C SYN : 1/3
    S SYN,ACK scale=7 lost
    C ACK : 3/3
    S PSH,ACK len=10 win=100 : data
    C RST seq=5000 : ignored
    """,
    "two FINs with different numbers": OPEN
    + """
    C FIN,ACK : 1/4
    C FIN,ACK seq=100 : other
    S ACK ack=2 : 2/4
    """,
}
