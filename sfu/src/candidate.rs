//! The addresses at which the server says it can be reached: host candidates, nothing else.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Type preference 126 for host candidates (RFC 8445 §5.1.2.2) shifted into place; TCP sits below
/// every UDP candidate, because it is the second choice.
const UDP_PRIORITY: u32 = 126 << 24;
const TCP_PRIORITY: u32 = 90 << 24;
/// Local preference of the first address; each further one is a little less preferred.
const LOCAL_PREFERENCE: u32 = 65_535;
/// No machine needs more, and an answer must stay small.
const MAX_ADDRESSES: usize = 16;

/// The lines of `a=candidate` for these addresses (RFC 8839 §5.1, RFC 6544 §4.5).
pub(crate) fn candidate_lines(addresses: &[IpAddr], udp: u16, tcp: Option<u16>) -> Vec<String> {
    let udp_lines = addresses.iter().enumerate().map(|(index, address)| {
        let priority = UDP_PRIORITY | (local_preference(index) << 8) | 255;
        format!("{index} 1 udp {priority} {address} {udp} typ host")
    });
    let tcp_lines = addresses.iter().enumerate().filter_map(|(index, address)| {
        let priority = TCP_PRIORITY | (local_preference(index) << 8) | 255;
        let foundation = addresses.len() + index;
        tcp.map(|port| {
            format!("{foundation} 1 tcp {priority} {address} {port} typ host tcptype passive")
        })
    });
    udp_lines.chain(tcp_lines).collect()
}

fn local_preference(index: usize) -> u32 {
    LOCAL_PREFERENCE.saturating_sub(u32::try_from(index).unwrap_or(u32::MAX))
}

/// The addresses to advertise: the configured ones, else the one we are bound to, else all of this
/// machine's. Loopback is kept when we listen on it, because the first try of a new operator is
/// a page on the same machine.
pub(crate) fn advertised(configured: &[IpAddr], bound: SocketAddr) -> Vec<IpAddr> {
    let mut addresses: Vec<IpAddr> = if !configured.is_empty() {
        configured.to_vec()
    } else if !bound.ip().is_unspecified() {
        vec![bound.ip()]
    } else {
        interface_addresses(bound.is_ipv4())
    };
    addresses.truncate(MAX_ADDRESSES);
    addresses
}

/// All addresses of this machine that a browser can use, loopback last.
fn interface_addresses(ipv4_only: bool) -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "cannot list this machine's addresses; set them in the configuration");
        Vec::new()
    });
    let mut addresses: Vec<IpAddr> = interfaces
        .iter()
        .map(|interface| interface.ip())
        .filter(|ip| ip.is_ipv4() || !(ipv4_only || is_link_local(ip)))
        .collect();
    addresses.sort_by_key(IpAddr::is_loopback);
    addresses.dedup();
    if addresses.is_empty() {
        addresses.push(Ipv4Addr::LOCALHOST.into());
    }
    addresses
}

/// fe80::/10 needs a zone, which SDP has no place for.
fn is_link_local(ip: &IpAddr) -> bool {
    matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn udp_is_preferred_to_tcp_and_the_first_address_to_the_second() {
        let addresses = ["192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap()];
        let lines = candidate_lines(&addresses, 8443, Some(8443));
        let priorities: Vec<u32> = lines
            .iter()
            .map(|line| line.split(' ').nth(3).unwrap().parse().unwrap())
            .collect();
        assert_eq!(lines.len(), 4);
        assert!(priorities.windows(2).all(|pair| pair[0] > pair[1]));
        assert!(lines[3].ends_with("192.0.2.2 8443 typ host tcptype passive"));
    }

    #[test]
    fn configured_addresses_win_over_those_of_the_machine() {
        let public: IpAddr = "198.51.100.7".parse().unwrap();
        let bound = "0.0.0.0:8443".parse().unwrap();
        assert_eq!(advertised(&[public], bound), [public]);
    }

    #[test]
    fn a_server_bound_to_one_address_advertises_that_one() {
        let bound: SocketAddr = "127.0.0.1:8443".parse().unwrap();
        assert_eq!(advertised(&[], bound), [bound.ip()]);
    }
}
