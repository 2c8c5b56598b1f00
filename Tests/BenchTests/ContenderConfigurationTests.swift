import Foundation
import Model
import Testing

@testable import Bench
@testable import sekisho

/// What peers are configured to do.
@Suite("Contender configurations")
struct ContenderConfigurationTests {
    private static let ports = Site.Ports(first: 2_000)

    @Test("HAProxy has one thread, demands certificates on one port only, and splices")
    func haproxy() throws {
        let site = try Site()
        let shipped = HAProxyConfiguration(
            site: site,
            ports: Self.ports,
            issuesTickets: true,
            tellsAll: false
        )
        let lines = shipped.text.split(separator: "\n").map { $0.drop { $0 == " " } }
        #expect(lines.contains("nbthread 1"))
        #expect(lines.filter { $0.contains("verify required") }.count == 1)
        #expect(lines.first { $0.contains("verify required") }?.hasPrefix("bind 127.0.0.1:2003 ") == true)
        #expect(lines.contains("option splice-auto"))
        #expect(!shipped.text.contains("no-tls-tickets"))
        #expect(shipped.text.contains("Clientcert-Subject"))
        #expect(!shipped.text.contains("Clientcert-Leaf"))
        let tuned = HAProxyConfiguration(site: site, ports: Self.ports, issuesTickets: false, tellsAll: true)
        #expect(tuned.text.contains("no-tls-tickets"))
        #expect(tuned.text.contains("Clientcert-Leaf"))
    }

    @Test("nginx has one worker and demands certificates on one port only")
    func nginx() throws {
        let site = try Site()
        let shipped = NginxConfiguration(
            site: site,
            ports: Self.ports,
            issuesTickets: true,
            tellsAll: true,
            directory: "/d",
            user: nil
        )
        #expect(shipped.text.contains("worker_processes 1;"))
        #expect(shipped.text.contains("ssl_session_tickets on;"))
        #expect(!shipped.text.contains("user "))
        let servers = shipped.text.components(separatedBy: "server {")
        #expect(servers.filter { $0.contains("ssl_verify_client on;") }.count == 1)
        #expect(servers.first { $0.contains("ssl_verify_client on;") }?.contains("127.0.0.1:2003 ") == true)
        #expect(shipped.text.contains("Clientcert-Leaf $ssl_client_escaped_cert;"))
    }

    @Test("Sekisho takes its configuration, with as many listeners and rules as are asked for")
    func sekisho() throws {
        var configuration = SekishoConfiguration(site: try Site(), ports: Self.ports)
        configuration.listeners = 3
        configuration.rules = 5
        let desired = try ConfigurationFile.parse(configuration.text, path: "gate.yaml").desired
        let listeners = desired.loadBalancers.first?.listeners ?? []
        #expect(listeners.map(\.port) == [2_003, 2_004, 2_005])
        #expect(listeners.map(\.rules.count) == [5, 5, 5])
        let others = desired.loadBalancers.dropFirst()
        #expect(others.map { $0.listeners.map(\.port) } == [[2_000, 2_002], [2_001]])
        #expect(others.first?.listeners.last?.mutualAuthentication.sessionResumption != nil)
        configuration.revocationLists = ["/a/root.crl"]
        configuration.ignoresExpiry = true
        let changed = try ConfigurationFile.parse(configuration.text, path: "gate.yaml").desired
        #expect(changed.trustStores.first?.revocationLists?.count == 1)
        let mutual = changed.loadBalancers.first?.listeners.first?.mutualAuthentication
        #expect(mutual?.ignoreClientCertificateExpiry == true)
    }

    @Test("Listeners are spread over as many load balancers as their quota asks for")
    func manyListeners() throws {
        var configuration = SekishoConfiguration(site: try Site(), ports: Self.ports)
        configuration.listeners = 101
        let desired = try ConfigurationFile.parse(configuration.text, path: "gate.yaml").desired
        #expect(desired.loadBalancers.map(\.listeners.count) == [50, 50, 1, 2, 1])
        let ports = desired.loadBalancers.dropLast(2).flatMap(\.listeners).map(\.port)
        #expect(ports == Array(2_003...2_103))
    }
}
