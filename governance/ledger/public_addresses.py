"""Which addresses somebody else may have us call.

Whoever types in an address could otherwise use this server to reach what only it can reach: the
cloud's metadata, the database, a neighbour. Pure: no Django.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from governance.ledger.bounded_http import Addresses, NoAnswer, every_address

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

# IPv6 ranges whose last 32 bits name an IPv4 address that the network may take us to: NAT64
# (RFC 6052, RFC 8215) and the old compatible form (RFC 4291).
_CARRY_IPV4 = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")))


def public_addresses(
    allowed: Sequence[Network] = (), *, look_up: Addresses = every_address
) -> Addresses:
    """Looks a name up once and gives its addresses, if all are public or in `allowed`.

    One that is not refuses all of them: a name that stands for both is no accident.
    """

    def addresses(host: str, port: int) -> Sequence[str]:
        found = look_up(host, port)
        if not all(may_be_called(address, allowed) for address in found):
            # Without the address: nobody shall map our network by asking.
            raise NoAnswer(f"{host} stands for an address that may not be called from here")
        return found

    return addresses


def may_be_called(text: str, allowed: Sequence[Network] = ()) -> bool:
    """Whether an IP address is public, or in one of the networks that the operator allows."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return all(_is_public(each) or _is_in(each, allowed) for each in _meant(address))


def _meant(address: Address) -> list[Address]:
    """The address, or in its place the IPv4 address that it carries."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        return [address.sixtofour]
    if address.teredo is not None:
        return [address, *address.teredo]
    if any(address in network for network in _CARRY_IPV4) and int(address) > 1:
        return [IPv4Address(int(address) & 0xFFFF_FFFF)]
    return [address]


def _is_public(address: Address) -> bool:
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified
    is_of_a_site = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (is_special or is_of_a_site)


def _is_in(address: Address, allowed: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in allowed)


def parse_networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Networks such as 10.1.0.0/16. Raises ValueError for one that is none."""
    return tuple(ip_network(text) for text in texts)
