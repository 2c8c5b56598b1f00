import API
import ArgumentParser
import Model

/// Where a gate's metrics are served.
struct MetricsOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Serve metrics for Prometheus at http://HOST:PORT/metrics; a port alone is for 127.0.0.1 only.",
            valueName: "host:port"
        ),
        transform: MetricsOption.endpoint
    )
    var metrics: Endpoint?

    /// The server, if one is wanted; a gate that cannot have it is stopped.
    func start(_ gate: Gate) async throws(OperatorError) -> MetricsServer? {
        guard let metrics else { return nil }
        do throws(OperatorError) {
            return try MetricsServer(at: metrics) { [service = gate.service] in
                guard let (view, counters) = try? await service.state() else { return nil }
                return GateMetrics.text(view, counters)
            }
        } catch {
            await gate.stop(grace: .zero)
            throw error
        }
    }

    /// `127.0.0.1:9090`, `[::1]:9090`, `:9090` or `9090`; names are not looked up.
    static func endpoint(_ text: String) throws -> Endpoint {
        let colon = text.lastIndex(of: ":")
        let host = colon.map { text[..<$0] } ?? ""
        let port = UInt16(colon.map { text[text.index(after: $0)...] } ?? text[...])
        let address = host.isEmpty || host == "localhost" ? IPAddress.loopback : IPAddress(String(host))
        // An IPv6 address without brackets has colons that are none of the port's.
        let isBracketed = host.hasPrefix("[")
        guard let address, let port, address.isIPv6 == isBracketed else {
            throw ValidationError("\(text) is not HOST:PORT, such as 127.0.0.1:9090 or [::1]:9090.")
        }
        return Endpoint(address: address, port: port)
    }
}
