"""An address that somebody typed in leads to nothing that only this server can reach."""

import socket

import pytest

from governance.ledger.bounded_http import NoAnswer, ask
from governance.ledger.public_addresses import may_be_called, parse_networks, public_addresses
from tests.governance.ledger.test_bounded_http import HEAD, says, speaking

PUBLIC = ["93.184.216.34", "1.1.1.1", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:1.1.1.1"]
NOT_PUBLIC = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1",
    "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1",
    "2002:7f00:1::1", "2002:a00:1::1", "2001:0:a00:1::1",
    "", "localhost", "2130706433", "0x7f.1", "127.1",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_called(address):
    assert may_be_called(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_any_other_may_not(address):
    assert not may_be_called(address)


def test_the_operator_may_allow_a_network_and_no_more_than_that():
    allowed = parse_networks(["10.1.0.0/16", "::1/128"])
    assert may_be_called("10.1.2.3", allowed)
    assert may_be_called("::ffff:10.1.2.3", allowed)
    assert may_be_called("::1", allowed)
    assert not may_be_called("10.2.0.1", allowed)
    assert not may_be_called("127.0.0.1", allowed)


@pytest.mark.parametrize("network", ["10.1.0.0/99", "10.1.2.3/16", "here", ""])
def test_what_is_no_network_is_refused(network):
    with pytest.raises(ValueError, match=r"network|appear|host bits"):
        parse_networks([network])


def test_one_address_that_may_not_be_called_refuses_the_name():
    both = public_addresses(look_up=lambda *_: ["93.184.216.34", "127.0.0.1"])
    with pytest.raises(NoAnswer, match="may not be called") as refused:
        both("example.com", 443)
    assert "127.0.0.1" not in str(refused.value)


def test_a_name_is_looked_up_once_and_the_connection_goes_where_that_said():
    """A name that stands for another address the second time it is asked for."""
    asked = []

    def look_up(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    allowed = parse_networks(["127.0.0.1/32"])
    with speaking(says(HEAD, b"Content-Length: 2\r\n\r\nok")) as url:
        url = url.replace("127.0.0.1", "receiver.example")
        answer = ask(url, most_bytes=10, addresses=public_addresses(allowed, look_up=look_up))
        assert answer.body == b"ok"
        with pytest.raises(NoAnswer, match="may not be called"):
            ask(url, most_bytes=10, addresses=public_addresses(allowed, look_up=look_up))
    assert asked == ["receiver.example"] * 2


def test_nothing_is_connected_to_where_the_name_may_not_be_called():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(NoAnswer, match="may not be called"):
            ask(url, most_bytes=10, body=b"x", addresses=public_addresses())
        with pytest.raises(TimeoutError):
            listener.accept()


def test_the_second_address_is_tried_where_the_first_one_takes_nothing():
    with speaking(says(HEAD, b"Content-Length: 0\r\n\r\n")) as url:
        answer = ask(url, most_bytes=10, addresses=lambda *_: ["127.9.9.9", "127.0.0.1"])
    assert answer.status == 200


def test_a_name_that_stands_for_nothing_gives_no_answer():
    with pytest.raises(NoAnswer, match="no address"):
        ask("http://receiver.example/", most_bytes=10, addresses=lambda *_: [])
