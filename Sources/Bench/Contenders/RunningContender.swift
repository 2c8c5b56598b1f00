import Foundation
import Glibc
import Model
import TLS
import TestSupport

/// A proxy that runs and has been seen to do what is measured.
final class RunningContender {
    let contender: Contender
    let ports: Site.Ports
    let program: PinnedProgram

    /// How a proxy is set up beyond what all have in common.
    struct Setup {
        var cores: String
        var sekisho: String
        /// Whether targets are told all that Sekisho tells them, or the subject alone.
        var tellsAll = true
        var workers = 1
        var listeners: UInt16 = 1
        var rules = 0
        /// Files that the trust store has revocation lists in.
        var revocationLists: [String] = []
        /// Clients that the ledger knows already.
        var knownClients = 0
        var ignoresExpiry = false
        /// Another policy is rehearsed.
        var isRehearsing = false
    }

    /// Starts a proxy on free ports, in the foreground, and asks it who its client is.
    init(_ contender: Contender, at site: Site, _ setup: Setup) throws {
        guard let path = contender.program(sekisho: setup.sekisho) else {
            throw BenchmarkError("\(contender.rawValue) is not there; see Bench --help")
        }
        let first = try FreePorts.block(of: Site.Ports.count(verifying: setup.listeners))
        self.contender = contender
        self.ports = Site.Ports(first: first)
        let name = "\(contender.rawValue)-\(first)"
        let directory = site.directory.file(name)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let arguments: [String]
        switch contender {
        case .sekisho:
            let configuration = SekishoConfiguration(
                site: site,
                ports: self.ports,
                workers: setup.workers,
                listeners: setup.listeners,
                rules: setup.rules,
                revocationLists: setup.revocationLists,
                ignoresExpiry: setup.ignoresExpiry
            )
            let file = try site.directory.write(configuration.text, to: "\(name)/gate.yaml")
            let apply = try PinnedProgram(
                path,
                ["apply", file, "--state", "\(directory)/state"],
                cores: setup.cores,
                name: "\(name)-apply",
                directory: site.directory
            )
            _ = try apply.finish(seconds: 120)
            try FullLedger.write("\(directory)/state/ledger.sqlite", clients: setup.knownClients)
            arguments = ["serve", "--state", "\(directory)/state"]
        case .haproxy, .haproxyNoTickets:
            let configuration = HAProxyConfiguration(
                site: site,
                ports: self.ports,
                issuesTickets: contender.issuesTickets,
                tellsAll: setup.tellsAll
            )
            let file = try site.directory.write(configuration.text, to: "\(name)/haproxy.cfg")
            arguments = ["-db", "-f", file]
        case .nginx, .nginxNoTickets:
            let configuration = NginxConfiguration(
                site: site,
                ports: self.ports,
                issuesTickets: contender.issuesTickets,
                tellsAll: setup.tellsAll,
                directory: directory,
                user: geteuid() == 0 ? "root" : nil
            )
            let file = try site.directory.write(configuration.text, to: "\(name)/nginx.conf")
            arguments = ["-p", directory, "-c", file, "-e", "\(directory)/nginx.log"]
        }
        self.program = try PinnedProgram(
            path,
            arguments,
            cores: setup.cores,
            name: name,
            directory: site.directory
        )
        for port in [self.ports.verify, self.ports.verify + setup.listeners - 1, self.ports.off] {
            try self.program.wait(seconds: 60, for: "port \(port)") { Self.answers(port) }
        }
        try self.check(site)
        guard setup.isRehearsing else { return }
        let rehearsal = try PinnedProgram(
            path,
            [
                "mtls", "\(self.ports.verify)", "verify", "--identity", "subject-cn=nobody", "--rehearse",
                "--state", "\(directory)/state",
            ],
            cores: setup.cores,
            name: "\(name)-rehearse",
            directory: site.directory
        )
        _ = try rehearsal.finish(seconds: 60)
    }

    /// The target must have been told who the client is, and a client without a certificate be refused.
    private func check(_ site: Site) throws {
        let endpoint = Endpoint(address: .loopback, port: self.ports.verify)
        let root = site.pki.root.certificatePEM
        let client = try ClientContext(
            trustedRootPEM: root,
            certificateChainPEM: ProcFile.text(site.clientCertificate),
            privateKey: SecretText(ProcFile.text(site.clientKey) ?? "")
        )
        let name = self.contender.rawValue
        let seen = try SecureClient(to: endpoint, context: client).get("/seen")?.body ?? ""
        let subject = seen.split(separator: "\r\n").first {
            $0.lowercased().hasPrefix("x-amzn-mtls-clientcert-subject:")
        }
        guard let subject, subject.contains("CN=\(TestPKI.Client.valid.rawValue)") else {
            throw BenchmarkError("\(name) does not tell the target who its client is: \(seen)")
        }
        let stranger = try ClientContext(trustedRootPEM: root)
        let answer = try? SecureClient(to: endpoint, context: stranger).get("/seen")
        guard answer?.head.hasPrefix("HTTP/1.1 200") != true else {
            throw BenchmarkError("\(name) lets a client in that has no certificate")
        }
    }

    /// Waits until it has closed its side of the connections that clients have left.
    func waitUntilQuiet() throws {
        var last = -1
        try self.program.wait(seconds: 60, for: "a steady number of descriptors") {
            let count = ProcessMemory.descriptors(of: self.program.processes)
            defer { last = count }
            usleep(200_000)
            return count == last
        }
    }

    private static func answers(_ port: UInt16) -> Bool {
        (try? RawSocket(to: Endpoint(address: .loopback, port: port))) != nil
    }
}
