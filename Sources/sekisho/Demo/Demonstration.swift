import Foundation
import Model
import Service

/// A gate with made-up certificates, an echo target, a function and clients, all in this process.
final class Demonstration: Sendable {
    let gate: Gate
    let configuration: DemoConfiguration
    private let echo: EchoServer
    private let function: EchoServer
    private let clients: DemoClients?

    /// Starts everything; throws with nothing left running.
    ///
    /// For a port that is taken, the error names the option that changes it.
    static func start(
        in place: DemoPlace,
        portBase: UInt16,
        echoPort: UInt16,
        hasClients: Bool
    ) async throws(OperatorError) -> Demonstration {
        let echo = try EchoServer(
            at: Endpoint(address: .loopback, port: echoPort),
            portFlag: "--echo-port"
        )
        let function = try EchoServer(
            at: Endpoint(address: .loopback, port: 0),
            portFlag: "--echo-port",
            responder: .function
        )
        let configuration = DemoConfiguration(
            portBase: portBase,
            echo: echo.endpoint,
            function: function.endpoint
        )
        let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        let pki = try DemoPKI(now: now)
        let clients = try hasClients ? DemoClients(configuration, pki) : nil
        let gate = try await Gate.start(state: place.state)
        do throws(OperatorError) {
            try pki.write(to: place.pki)
            let desired = try configuration.desired(pki, directory: URL(fileURLWithPath: place.pki).path)
            _ = try await gate.service.apply(desired, by: .thisUser(via: "sekisho demo"))
            if let failure = try await gate.service.view().failedListeners.values.first { throw failure }
        } catch {
            await gate.stop(grace: .zero)
            throw Self.explained(error)
        }
        for server in [echo, function] { Thread.detachNewThread { server.run() } }
        clients?.start()
        return Demonstration(
            gate: gate,
            configuration: configuration,
            echo: echo,
            function: function,
            clients: clients
        )
    }

    private init(
        gate: Gate,
        configuration: DemoConfiguration,
        echo: EchoServer,
        function: EchoServer,
        clients: DemoClients?
    ) {
        self.gate = gate
        self.configuration = configuration
        self.echo = echo
        self.function = function
        self.clients = clients
    }

    /// Ends the clients, the gate and then its targets.
    func stop() async {
        if let clients { await Blocking.run { clients.stop() } }
        await self.gate.stopOnSignal()
        self.echo.stop()
        self.function.stop()
    }

    /// Names the option that moves the demonstration off a port it cannot have.
    private static func explained(_ error: OperatorError) -> OperatorError {
        guard error.code == .addressInUse || error.code == .permissionDenied else { return error }
        return OperatorError(
            error.code,
            subject: error.subject,
            message: error.message,
            hint: "Choose other ports with --port-base N: the demo listens on N to N+3."
        )
    }
}
