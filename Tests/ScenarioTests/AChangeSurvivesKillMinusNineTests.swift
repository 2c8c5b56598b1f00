import Glibc
import Model
import TLS
import TestSupport
import TestTraits
import Testing

/// A change that was acknowledged is there after `kill -9`, and no change is there by half.
@Suite("A change survives kill -9", .ownThreads)
struct AChangeSurvivesKillMinusNineTests {
    private static let rounds = 8

    /// Moments of the kill, in milliseconds from the start of a round or from its first acknowledged change.
    private static let moments: ClosedRange<Int64> = 1...80

    @Test("Every acknowledged change is there after a kill at any moment, and nothing half-applied")
    func killedWhileApplying() async throws {
        var moments = SplitMix(seed: 0x5EC1_5405)
        let files = try TemporaryDirectory()
        let state = files.file("state")
        let world = try World()
        var acknowledged: UInt16 = 0
        for round in 0..<Self.rounds {
            let gate = try await Program.serve(state)
            try await world.check(state, acknowledged: acknowledged)
            let first = acknowledged
            let acknowledgements = AsyncStream<UInt16>.makeStream()
            let applying = Task {
                await world.applyUntilCut(state, after: first, telling: acknowledgements.continuation)
            }
            // However slow the machine is, every other round has something to lose.
            if round.isMultiple(of: 2) { for await _ in acknowledgements.stream { break } }
            try await Task.sleep(for: .milliseconds(Int64.random(in: Self.moments, using: &moments)))
            gate.signal(SIGKILL)
            acknowledged = await applying.value
            #expect(await gate.status() == 128 + SIGKILL)
        }
        #expect(acknowledged > 0)
        let gate = try await Program.serve(state)
        try await world.check(state, acknowledged: acknowledged)
        #expect(try await Program.control(state).view().failedListeners.isEmpty)
        withExtendedLifetime(gate) {}
    }
}

/// A configuration in numbered states, each of which differs from the next in several tables and in a key.
private struct World: Sendable {
    private let port: UInt16
    private let servers: [IssuedCertificate]
    private let root: String

    init() throws {
        let pki = try TestPKI()
        self.port = try FreePorts.block(of: 1)
        self.root = pki.root.certificatePEM
        self.servers = try (0..<4).map { number in
            var request = pki.request(commonName: "server \(number)")
            request.dnsNames = ["localhost"]
            request.extendedKeyUsage = [.serverAuth]
            return try pki.root.issue(request)
        }
    }

    /// Applies one state after another until the gate is gone; the last one it acknowledged.
    func applyUntilCut(
        _ state: String,
        after first: UInt16,
        telling acknowledgements: AsyncStream<UInt16>.Continuation
    ) async -> UInt16 {
        defer { acknowledgements.finish() }
        let control = Program.control(state)
        var number = first
        while (try? await control.apply(self.desired(number + 1), by: Author(name: "test", via: "test")))
            != nil
        {
            number += 1
            acknowledgements.yield(number)
        }
        return number
    }

    /// Holds what is stored against the states it may be in: the acknowledged one, or the one in hand.
    func check(_ state: String, acknowledged: UInt16) async throws {
        let view = try await Program.control(state).view()
        let stored = view.configuration
        guard !stored.loadBalancers.isEmpty else {
            #expect(acknowledged == 0)
            #expect(stored == .empty)
            return
        }
        let ports = Set(stored.targetGroups.flatMap(\.targets).map(\.port))
        #expect(stored.targetGroups.count == 2)
        #expect(ports.count == 1)
        let number = try #require(ports.first)
        #expect(number == acknowledged || number == acknowledged + 1)
        #expect(stored.certificates.map(\.chainPEM) == [self.server(number).chainPEM])
        #expect(view.failedListeners.isEmpty)
    }

    private func server(_ number: UInt16) -> IssuedCertificate {
        self.servers[Int(number) % self.servers.count]
    }

    private func desired(_ number: UInt16) -> DesiredConfiguration {
        let server = self.server(number)
        let certificate = DesiredCertificate(
            certificate: FileContents(path: "server.pem", text: server.chainPEM),
            privateKey: SecretFileContents(path: "server.key", text: server.privateKey)
        )
        let listener = DesiredListener(
            name: "front",
            port: self.port,
            protocol: .https,
            certificates: [certificate],
            mutualAuthentication: DesiredMutualAuthentication(mode: .verify, trustStore: "clients"),
            defaultActions: [.forward(targetGroup: "app")]
        )
        let targets = [Target(id: .loopback, port: number)]
        return DesiredConfiguration(
            loadBalancers: [DesiredLoadBalancer(name: "edge", address: .loopback, listeners: [listener])],
            trustStores: [
                DesiredTrustStore(
                    name: "clients",
                    caCertificatesBundle: FileContents(path: "ca.pem", text: self.root)
                )
            ],
            targetGroups: ["app", "twin"].map { DesiredTargetGroup(name: $0, targets: targets) }
        )
    }
}

/// SplitMix64: the same moments in every run.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var word = self.state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
