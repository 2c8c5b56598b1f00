import Model

/// The command that asks the same question outside of the gate.
enum OpenSSLCommand {
    static func text(
        _ record: ConnectionRecord,
        _ listener: Listener?,
        _ state: ConsoleState
    )
        -> String
    {
        switch record.tls?.outcome {
        case .refused(let reason) where reason != .incompatible: self.verify(listener, state)
        default: self.connect(record, listener, state)
        }
    }

    /// Judges the client's chain by the listener's trust store.
    private static func verify(_ listener: Listener?, _ state: ConsoleState) -> String {
        let store = listener?.mutualAuthentication.trustStoreID.flatMap {
            state.view?.configuration.trustStore($0)
        }
        let bundle = store.map { self.quoted($0.source.path) } ?? "store.pem"
        return
            "openssl verify -purpose sslclient -partial_chain -CAfile \(bundle) -untrusted chain.pem client.pem"
    }

    /// Connects as the client did.
    private static func connect(
        _ record: ConnectionRecord,
        _ listener: Listener?,
        _ state: ConsoleState
    ) -> String {
        let balancer = state.view?.configuration.listeners.first {
            $0.listener.id == record.listenerID
        }?
        .loadBalancer
        let address = balancer.map { $0.address.isUnspecified ? record.nodeAddress : $0.address }
        let endpoint = Endpoint(address: address ?? record.nodeAddress, port: record.listenerPort)
        // The gate keeps no name but those made of letters, digits, `-`, `.` and `_`.
        let name = record.tls?.serverName.map { " -servername \(self.quoted($0))" } ?? ""
        return "openssl s_client -connect \(endpoint)\(name) -cert client.pem -key client.key -brief"
    }

    /// A word for a POSIX shell.
    static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-._/".utf8.contains(byte)
        }
        return isPlain && !text.isEmpty ? text : "'\(text.replacing("'", with: "'\\''"))'"
    }
}
