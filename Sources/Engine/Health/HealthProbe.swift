import Glibc
import HTTP
import Model
import TLS

/// One check of one target, on a connection of its own, which is closed with it.
///
/// Groups of HTTP/2 are asked in HTTP/2, those of gRPC by a call, and functions are invoked.
final class HealthProbe {
    private enum Phase {
        case connecting
        case handshaking
        case answering
    }

    let descriptor: Int32
    private let check: HealthCheck
    private let version: TargetGroup.ProtocolVersion
    private let request: [UInt8]
    /// Present where a function is checked.
    private let invocation: FunctionCheck?
    private let usesTLS: Bool
    private let security: PreparedTargetTLS?
    private let target: Endpoint
    private var phase = Phase.connecting
    private var tls: TLS.ClientConnection?
    private var session: TargetSession?
    /// What the socket did not take yet.
    private let unsent = ByteBuffer(capacity: 512)
    /// What the target has said; of HTTP/2, in HTTP/1.1.
    private let received = ByteBuffer(capacity: 512)
    private var scanPosition = 0

    /// Begins to connect; nil when that fails on the spot.
    ///
    /// In HTTPS checks of a group with TLS, its targets are shown what requests show them, and held to the
    /// same.
    init?(of target: Endpoint, _ group: CheckedGroup) {
        let check = group.served.healthCheck
        let endpoint = Endpoint(address: target.address, port: check.port ?? target.port)
        guard let descriptor = Socket.connect(to: endpoint) else { return nil }
        self.descriptor = descriptor
        self.check = check
        self.security = group.tls
        self.target = target
        self.version = check.protocol == .tcp ? .http1 : group.served.protocolVersion
        self.invocation = group.function.map { FunctionCheck(of: $0, check) }
        self.usesTLS = self.invocation == nil ? check.protocol == .https : group.tls != nil
        self.request = self.invocation?.request ?? Array(Self.request(to: endpoint, check, self.version).utf8)
    }

    deinit {
        Glibc.close(self.descriptor)
    }

    /// `elbv2-api` 6.1: GET, `Host: <ip>[:<port> if not default]`, one connection per check.
    ///
    /// The call of gRPC has one message, and that is empty.
    static func request(
        to endpoint: Endpoint,
        _ check: HealthCheck,
        _ version: TargetGroup.ProtocolVersion
    ) -> String {
        let isDefault = endpoint.port == (check.protocol == .https ? 443 : 80)
        let address = endpoint.address
        let host =
            !isDefault ? "\(endpoint)" : address.isIPv6 ? "[\(address)]" : "\(address)"
        let agent = "User-Agent: ELB-HealthChecker/2.0\r\n"
        return switch version {
        case .http1:
            "GET \(check.path) HTTP/1.1\r\nHost: \(host)\r\n\(agent)Connection: close\r\n\r\n"
        case .http2:
            "GET \(check.path) HTTP/1.1\r\nHost: \(host)\r\n\(agent)\r\n"
        case .grpc:
            "POST \(check.path) HTTP/1.1\r\nHost: \(host)\r\n\(agent)"
                + "Content-Type: application/grpc\r\nContent-Length: 5\r\n\r\n\0\0\0\0\0"
        }
    }

    /// Takes an event of the socket; the outcome once there is one.
    func advance(_ event: Poller.Event, _ tools: ProbeTools) -> CheckOutcome? {
        if self.phase == .connecting {
            guard Socket.isConnected(self.descriptor) else { return .failed }
            if self.check.protocol == .tcp { return event.isBroken ? .failed : .passed }
            if let outcome = self.connected(tools) { return outcome }
        }
        guard self.flush() else { return .failed }
        return self.read(tools)
    }

    private func connected(_ tools: ProbeTools) -> CheckOutcome? {
        guard self.usesTLS else { return self.ask(tools) }
        let standard = self.version == .http1 ? tools.context : tools.http2Context
        guard let context = self.security?.checking ?? standard,
            let tls = try? TLS.ClientConnection(
                context: context,
                window: tools.window,
                serverName: self.security?.serverName(of: self.target)
            )
        else { return .impossible }
        self.tls = tls
        self.phase = .handshaking
        return self.handshake(tls, tools)
    }

    private func handshake(_ tls: TLS.ClientConnection, _ tools: ProbeTools) -> CheckOutcome? {
        let step = tls.handshake()
        let outcome = step == .complete ? self.ask(tools) : nil
        self.unsent.append(tools.window.output)
        tools.window.clearOutput()
        return step == .failed ? .noTLS(tls.failure ?? .other) : outcome
    }

    private func ask(_ tools: ProbeTools) -> CheckOutcome? {
        self.phase = .answering
        guard self.version != .http1 else { return self.write(self.request) }
        guard let session = TargetSession(isTLS: self.tls != nil) else { return .impossible }
        self.session = session
        let isTaken = self.request.withUnsafeBytes { session.write($0) }
        return isTaken ? self.pump(session) : .failed
    }

    /// Writes what the session has to say.
    private func pump(_ session: TargetSession) -> CheckOutcome? {
        let frames = ByteBuffer(capacity: 512)
        session.send(to: frames, limit: ProbeTools.inputBytes)
        return self.write(Array(frames.bytes))
    }

    private func write(_ bytes: [UInt8]) -> CheckOutcome? {
        guard let tls = self.tls else {
            self.unsent.append(bytes)
            return nil
        }
        return bytes.withUnsafeBytes { tls.write($0) } ? nil : .failed
    }

    /// Sends what is gathered; false when the connection is broken.
    private func flush() -> Bool {
        guard !self.unsent.isEmpty else { return true }
        guard let sent = Socket.send(self.descriptor, self.unsent.bytes) else { return false }
        self.unsent.removeFirst(sent)
        return true
    }

    private func read(_ tools: ProbeTools) -> CheckOutcome? {
        while true {
            switch Socket.receive(self.descriptor, into: tools.input) {
            case .drained: return nil
            case .end, .failed:
                guard self.phase != .handshaking else { return .noTLS(.closed) }
                // The end of TCP alone ends nothing that was said in TLS.
                return self.tls == nil ? self.invocation?.end() ?? .failed : .failed
            case .bytes(let count):
                let bytes = UnsafeRawBufferPointer(rebasing: tools.input[..<count])
                if let outcome = self.take(bytes, tools) { return outcome }
                guard self.flush() else { return .failed }
            }
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer, _ tools: ProbeTools) -> CheckOutcome? {
        guard let tls = self.tls else { return self.hear(bytes, tools) }
        // What this target sent and TLS did not take must not come up as another target's words.
        defer { tools.clearWindow() }
        tools.window.setInput(bytes)
        if self.phase == .handshaking {
            if let outcome = self.handshake(tls, tools) { return outcome }
            guard self.phase == .answering else { return nil }
        }
        while true {
            switch tls.read(into: tools.plaintext) {
            case .bytes(let count):
                let plaintext = UnsafeRawBufferPointer(rebasing: tools.plaintext[..<count])
                if let outcome = self.hear(plaintext, tools) { return outcome }
            case .needsInput:
                self.unsent.append(tools.window.output)
                return nil
            case .closed:
                return self.invocation?.end() ?? .failed
            case .failed:
                return .noTLS(tls.failure ?? .other)
            }
        }
    }

    private func hear(_ bytes: UnsafeRawBufferPointer, _ tools: ProbeTools) -> CheckOutcome? {
        guard let session else {
            self.received.append(bytes)
            if let invocation {
                return invocation.advance(self.received, from: &self.scanPosition, tools.response)
            }
            return self.judge(tools)
        }
        session.receive(bytes)
        self.received.append(session.response.bytes)
        session.forgetResponse()
        if let outcome = self.version == .grpc ? self.judgeCall(session, tools) : self.judge(tools) {
            return outcome
        }
        if session.isBroken { return .failed }
        return self.pump(session)
    }

    /// Looks for the head of the final response; its body is of no interest.
    private func judge(_ tools: ProbeTools) -> CheckOutcome? {
        while let length = HeadScanner.endOfHead(in: self.received.bytes, from: &self.scanPosition) {
            let head = UnsafeRawBufferPointer(rebasing: self.received.bytes[..<length])
            guard case .complete = tools.response.parse(head, isResponseToHead: false),
                tools.response.status != 101
            else { return .failed }
            let status = tools.response.status
            if status >= 200 { return self.outcome(status) }
            self.received.removeFirst(length)
            self.scanPosition = 0
        }
        return self.received.count > EngineLimits.responseHeadBytes ? .failed : nil
    }

    /// Looks for the status of the call: in the head where the response has no body, else behind it.
    private func judgeCall(_ session: TargetSession, _ tools: ProbeTools) -> CheckOutcome? {
        if let status = GRPCStatus.find(in: session.trailers.bytes) { return self.outcome(status) }
        guard self.received.count <= EngineLimits.responseHeadBytes else { return .failed }
        self.scanPosition = 0
        guard let length = HeadScanner.endOfHead(in: self.received.bytes, from: &self.scanPosition) else {
            return nil
        }
        let head = UnsafeRawBufferPointer(rebasing: self.received.bytes[..<length])
        guard case .complete = tools.response.parse(head, isResponseToHead: false),
            tools.response.status == 200, let line = head.firstIndex(of: 0x0A)
        else { return .failed }
        return GRPCStatus.find(in: UnsafeRawBufferPointer(rebasing: head[(line + 1)...])).map(self.outcome)
    }

    private func outcome(_ status: Int) -> CheckOutcome {
        self.check.matcher.contains(status) ? .passed : .mismatched(status)
    }
}
