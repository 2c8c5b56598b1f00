import Dispatch
import Foundation
import Model
import Synchronization
import TLS

/// A small stream of clients, good and bad, so that there is something to see: two to five a second.
final class DemoClients: Sendable {
    private struct Visit {
        let port: UInt16
        let context: ClientContext
    }

    /// Pause between two clients, in milliseconds.
    private static let pauses = 200...500

    private let visits: [Visit]
    private let stopping = Atomic(false)
    private let hurry = DispatchSemaphore(value: 0)
    private let hasEnded = DispatchSemaphore(value: 0)

    init(_ configuration: DemoConfiguration, _ pki: DemoPKI) throws(OperatorError) {
        func context(_ certificate: IssuedCertificate?) throws(OperatorError) -> ClientContext {
            try ClientContext(
                trustedRootPEM: pki.root.certificatePEM,
                certificateChainPEM: certificate?.chainPEM,
                privateKey: certificate?.privateKey
            )
        }
        let none = try context(nil)
        let good = try context(pki.client)
        let (off, passthrough) = (configuration.off, configuration.passthrough)
        let (fixed, echo) = (configuration.verifyFixed, configuration.verifyEcho)
        // About half of them get in, so that neither the log nor its failures are boring.
        self.visits = [
            Visit(port: off, context: none),
            Visit(port: off, context: good),
            Visit(port: passthrough, context: good),
            Visit(port: passthrough, context: none),
            Visit(port: passthrough, context: try context(pki.unknownCA)),
            Visit(port: fixed, context: good),
            Visit(port: echo, context: good),
            Visit(port: echo, context: try context(pki.expiring)),
            Visit(port: fixed, context: none),
            Visit(port: fixed, context: try context(pki.expired)),
            Visit(port: echo, context: try context(pki.unknownCA)),
            Visit(port: echo, context: try context(pki.revoked)),
            Visit(port: fixed, context: try context(pki.notYetValid)),
        ]
    }

    func start() {
        Thread.detachNewThread { self.run() }
    }

    /// Ends the stream; returns when the last client has gone.
    func stop() {
        self.stopping.store(true, ordering: .releasing)
        self.hurry.signal()
        self.hasEnded.wait()
    }

    private func run() {
        while !self.stopping.load(ordering: .acquiring) {
            if let visit = self.visits.randomElement() {
                DemoClient.visit(Endpoint(address: .loopback, port: visit.port), as: visit.context)
            }
            let pause = Int.random(in: Self.pauses)
            _ = self.hurry.wait(timeout: .now() + .milliseconds(pause))
        }
        self.hasEnded.signal()
    }
}
