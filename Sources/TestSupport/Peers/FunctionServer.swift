public import Model
import Synchronization

/// A server that speaks Lambda's Invoke API, and does with each event what a test says.
public final class FunctionServer: Sendable {
    /// One invocation as it arrived.
    public struct Invocation: Sendable {
        /// With its empty line.
        public let head: String
        public let event: [UInt8]

        public var requestLine: String { String(self.head.split(separator: "\r\n").first ?? "") }

        /// The value of a header, by its name in lower case.
        public func header(_ name: String) -> String? {
            for line in self.head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, parts[0].lowercased() == name else { continue }
                return String(parts[1].drop { $0 == " " })
            }
            return nil
        }
    }

    private final class Log: Sendable {
        let invocations = Mutex<[Invocation]>([])
    }

    private let target: ScriptedTarget
    private let log: Log

    public var endpoint: Endpoint { self.target.endpoint }

    /// Connections taken so far.
    public var connectionCount: Int { self.target.connectionCount }

    /// Every invocation so far.
    public var invocations: [Invocation] { self.log.invocations.withLock { $0 } }

    /// Listens on a free port of 127.0.0.1, over TLS where there is one; `answer` makes a whole response of
    /// HTTP/1.1.
    public init(
        over tls: ServedTLS? = nil,
        _ answer: @escaping @Sendable (Invocation) -> [UInt8]
    ) throws {
        let log = Log()
        self.log = log
        self.target =
            if let tls {
                try SecureTarget.listen(tls) { try Self.serve($0, log, answer) }
            } else {
                try ScriptedTarget { try Self.serve($0, log, answer) }
            }
    }

    /// The same for functions that succeed, and return this payload.
    public convenience init(
        over tls: ServedTLS? = nil,
        returning payload: @escaping @Sendable (Invocation) -> String
    ) throws {
        try self.init(over: tls) { Self.response(payload($0)) }
    }

    private static func serve(
        _ socket: some InvokingSocket,
        _ log: Log,
        _ answer: (Invocation) -> [UInt8]
    ) throws {
        while true {
            let head = try socket.receive(until: "\r\n\r\n")
            let count = Invocation(head: head, event: []).header("content-length").flatMap { Int($0) } ?? 0
            let invocation = Invocation(head: head, event: try socket.receive(exactly: count))
            log.invocations.withLock { $0.append(invocation) }
            try socket.send(answer(invocation))
        }
    }

    /// An answer of the Invoke API.
    public static func response(
        _ payload: String,
        status: String = "200 OK",
        headers: [String] = []
    ) -> [UInt8] {
        let lines = headers.map { "\($0)\r\n" }.joined()
        let head =
            "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\n\(lines)"
            + "Content-Length: \(payload.utf8.count)\r\n\r\n"
        return Array((head + payload).utf8)
    }

    /// The group of this function, used; invoked without a signature, and elsewhere where a test says so.
    ///
    /// `authority` stands for the server's own address in the URL.
    public func group(
        id: ResourceID,
        at endpoint: Endpoint? = nil,
        authority: String? = nil,
        tls: ServedTargetTLS? = nil,
        name: String = "function",
        qualifier: String? = nil,
        signingKey: SigningKey? = nil,
        usesMultiValueHeaders: Bool = false,
        healthCheck: HealthCheck? = nil
    ) throws -> ServedTargetGroup {
        let place = authority ?? "\(endpoint ?? self.endpoint)"
        guard let url = BaseURL("\(tls == nil ? "http" : "https")://\(place)") else {
            throw SystemCallFailure("the server has no address", 0)
        }
        return ServedTargetGroup(
            id: id,
            targets: [],
            healthCheck: healthCheck ?? .standardForFunctions,
            isUsed: true,
            tls: tls,
            function: ServedFunction(
                function: LambdaFunction(
                    name: name,
                    baseURL: url,
                    qualifier: qualifier,
                    region: signingKey == nil ? nil : "eu-central-1",
                    isHealthChecked: healthCheck != nil
                ),
                targetGroupARN:
                    "arn:aws:elasticloadbalancing:local:000000000000:targetgroup/fn/6b4ecae263d54e74",
                signingKey: signingKey,
                usesMultiValueHeaders: usesMultiValueHeaders
            )
        )
    }
}

/// What a server needs of a connection, in clear text or over TLS.
private protocol InvokingSocket {
    func receive(until marker: String) throws -> String
    func receive(exactly count: Int) throws -> [UInt8]
    func send(_ bytes: [UInt8]) throws
}

extension RawSocket: InvokingSocket {
    func send(_ bytes: [UInt8]) throws { try self.send(bytes[...]) }
}

extension SecureSocket: InvokingSocket {}
