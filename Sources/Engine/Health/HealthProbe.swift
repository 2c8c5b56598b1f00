import Glibc
import HTTP
import Model
import TLS

/// One check of one target, on a connection of its own, which is closed with it.
final class HealthProbe {
    private enum Phase {
        case connecting
        case handshaking
        case answering
    }

    let descriptor: Int32
    private let check: HealthCheck
    private let request: String
    private let security: PreparedTargetTLS?
    private let target: Endpoint
    private var phase = Phase.connecting
    private var tls: TLS.ClientConnection?
    /// What the socket did not take yet.
    private let unsent = ByteBuffer(capacity: 512)
    private let received = ByteBuffer(capacity: 512)
    private var scanPosition = 0

    /// Begins to connect; nil when that fails on the spot.
    ///
    /// In HTTPS checks of a group with TLS, its targets are shown what requests show them, and held to the
    /// same.
    init?(of target: Endpoint, _ check: HealthCheck, _ security: PreparedTargetTLS?) {
        let endpoint = Endpoint(address: target.address, port: check.port ?? target.port)
        guard let descriptor = Socket.connect(to: endpoint) else { return nil }
        self.descriptor = descriptor
        self.check = check
        self.security = security
        self.target = target
        self.request = Self.request(to: endpoint, check)
    }

    deinit {
        Glibc.close(self.descriptor)
    }

    /// `elbv2-api` 6.1: GET, `Host: <ip>[:<port> if not default]`, one connection per check.
    static func request(to endpoint: Endpoint, _ check: HealthCheck) -> String {
        let isDefault = endpoint.port == (check.protocol == .https ? 443 : 80)
        let address = endpoint.address
        let host =
            !isDefault ? "\(endpoint)" : address.isIPv6 ? "[\(address)]" : "\(address)"
        return "GET \(check.path) HTTP/1.1\r\nHost: \(host)\r\n"
            + "User-Agent: ELB-HealthChecker/2.0\r\nConnection: close\r\n\r\n"
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
        guard self.check.protocol == .https else {
            self.phase = .answering
            self.unsent.append(Array(self.request.utf8))
            return nil
        }
        guard let context = self.security?.checking ?? tools.context,
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
        var hasWritten = true
        if step == .complete {
            self.phase = .answering
            var request = self.request
            hasWritten = request.withUTF8 { tls.write(UnsafeRawBufferPointer($0)) }
        }
        self.unsent.append(tools.window.output)
        tools.window.clearOutput()
        return step == .failed || !hasWritten ? .noTLS(tls.failure ?? .other) : nil
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
            case .end, .failed: return self.phase == .handshaking ? .noTLS(.closed) : .failed
            case .bytes(let count):
                let bytes = UnsafeRawBufferPointer(rebasing: tools.input[..<count])
                if let outcome = self.take(bytes, tools) { return outcome }
                guard self.flush() else { return .failed }
            }
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer, _ tools: ProbeTools) -> CheckOutcome? {
        guard let tls = self.tls else {
            self.received.append(bytes)
            return self.judge(tools)
        }
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
                self.received.append(UnsafeRawBufferPointer(rebasing: tools.plaintext[..<count]))
                if let outcome = self.judge(tools) { return outcome }
            case .needsInput:
                self.unsent.append(tools.window.output)
                return nil
            case .closed:
                return .failed
            case .failed:
                return .noTLS(tls.failure ?? .other)
            }
        }
    }

    /// Looks for the head of the final response; its body is of no interest.
    private func judge(_ tools: ProbeTools) -> CheckOutcome? {
        while let length = HeadScanner.endOfHead(in: self.received.bytes, from: &self.scanPosition) {
            let head = UnsafeRawBufferPointer(rebasing: self.received.bytes[..<length])
            guard case .complete = tools.response.parse(head, isResponseToHead: false),
                tools.response.status != 101
            else { return .failed }
            let status = tools.response.status
            if status >= 200 { return self.check.matcher.contains(status) ? .passed : .mismatched(status) }
            self.received.removeFirst(length)
            self.scanPosition = 0
        }
        return self.received.count > EngineLimits.headBytes ? .failed : nil
    }
}
