"""An ARP or RARP message as text."""

from pcapkit.annotate.addresses import hardware_text, ip_text
from pcapkit.layers.arp import Operation, Resolution
from pcapkit.layers.link import TYPE_IPV4


def arp_text(frame: bytes, message: Resolution) -> str:
    """What the message asks or says; with the special uses of ARP that RFC 5227 describes told by name."""
    hardware, protocol = message.hardware_length, message.protocol_length
    sender_hardware = hardware_text(_bytes(frame, message.sender_hardware_at, hardware))
    target_hardware = hardware_text(_bytes(frame, message.target_hardware_at, hardware))
    sender_address = _bytes(frame, message.sender_protocol_at, protocol)
    target_address = _bytes(frame, message.target_protocol_at, protocol)
    show = ip_text if message.protocol == TYPE_IPV4 else hardware_text
    sender, target = show(sender_address), show(target_address)
    operation = message.operation
    if operation == Operation.REQUEST:
        if not any(sender_address):  # RFC 5227 section 2.1.1
            return f"ARP probe: who has {target}? asks {sender_hardware}"
        if sender_address == target_address:  # section 2.3
            return f"ARP announcement: {sender} is at {sender_hardware}"
        return f"ARP who has {target}? tell {sender} ({sender_hardware})"
    if operation == Operation.REPLY:
        gratuitous = " gratuitous:" if sender_address == target_address else ""
        return f"ARP{gratuitous} {sender} is at {sender_hardware}"
    if operation == Operation.REVERSE_REQUEST:
        return f"RARP who is {target_hardware}? tell {sender_hardware}"
    if operation == Operation.REVERSE_REPLY:
        return f"RARP {target_hardware} is {target}, says {sender}"
    if operation == Operation.INVERSE_REQUEST:
        return f"ARP what is the address of {target_hardware}? tell {sender} ({sender_hardware})"
    if operation == Operation.INVERSE_REPLY:
        return f"ARP {sender_hardware} is {sender}"
    if operation == Operation.REFUSAL:
        return f"ARP refusal: nothing known of {target}, says {sender}"
    return f"ARP operation {operation}, {sender} ({sender_hardware}) to {target} ({target_hardware})"


def _bytes(frame: bytes, at: int, length: int) -> bytes:
    """An address, of which at most 20 bytes are shown: no address in use is longer."""
    return frame[at : at + min(length, 20)]
