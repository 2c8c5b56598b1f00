import Glibc
import Model
import Synchronization
import TLS
import TestSupport

/// Clients that keep a listener busy while its mode changes, and note what must not happen.
///
/// Even epochs: verify is enforced and acknowledged. Odd: the listener is, or may be, in a laxer mode.
final class FlipLoad: Sendable {
    let epoch = Atomic<Int>(0)
    private let endpoint: Endpoint
    private let trusted: ClientContext
    private let anonymous: ClientContext
    private let isStopping = Atomic<Bool>(false)
    private let running = Atomic<Int>(0)
    private let notes = Mutex<(violations: [String], failures: [String])>(([], []))
    private let trustedAnswers = Atomic<Int>(0)
    private let anonymousAnswers = Atomic<Int>(0)

    init(endpoint: Endpoint, trusted: ClientContext, anonymous: ClientContext) {
        self.endpoint = endpoint
        self.trusted = trusted
        self.anonymous = anonymous
    }

    var violations: [String] { self.notes.withLock { $0.violations } }
    var failures: [String] { self.notes.withLock { $0.failures } }
    var answeredTrusted: Int { self.trustedAnswers.load(ordering: .relaxed) }
    var answeredAnonymous: Int { self.anonymousAnswers.load(ordering: .relaxed) }

    func start(trusted: Int, anonymous: Int, anonymousOverHTTP2: Int = 0) {
        self.running.store(trusted + anonymous + anonymousOverHTTP2, ordering: .relaxed)
        for _ in 0..<anonymousOverHTTP2 { self.run { $0.beAnonymousOverHTTP2() } }
        for _ in 0..<trusted { self.run { $0.beTrusted() } }
        for _ in 0..<anonymous { self.run { $0.beAnonymous() } }
    }

    func stop() {
        self.isStopping.store(true, ordering: .relaxed)
        while self.running.load(ordering: .relaxed) > 0 { usleep(1_000) }
    }

    private func run(_ body: @escaping @Sendable (FlipLoad) -> Void) {
        BlockingThread.start {
            while !self.isStopping.load(ordering: .relaxed) { body(self) }
            self.running.wrappingSubtract(1, ordering: .relaxed)
        }
    }

    /// Connects anew and sends a few requests.
    ///
    /// Only a connection that has been idle may be found closed.
    private func beTrusted() {
        let client: SecureClient
        do {
            client = try SecureClient(to: self.endpoint, context: self.trusted)
        } catch {
            self.notes.withLock { $0.failures.append("handshake: \(error)") }
            return
        }
        for index in 0..<4 {
            do {
                guard let answer = try client.get() else {
                    if index == 0 { self.notes.withLock { $0.failures.append("first request unanswered") } }
                    return
                }
                guard answer.head.hasPrefix("HTTP/1.1 200 ") else {
                    self.notes.withLock { $0.failures.append(answer.head) }
                    return
                }
                self.trustedAnswers.wrappingAdd(1, ordering: .relaxed)
                if answer.head.contains("Connection: close\r\n") { return client.close() }
            } catch let failure as SystemCallFailure where index > 0 && Self.meansClosed(failure) {
                return
            } catch {
                self.notes.withLock { $0.failures.append("request \(index): \(error)") }
                return
            }
        }
        client.close()
    }

    /// Holds a connection without a certificate open and tries to be answered on it.
    private func beAnonymous() {
        guard let client = try? SecureClient(to: self.endpoint, context: self.anonymous) else { return }
        while !self.isStopping.load(ordering: .relaxed) {
            let before = self.epoch.load(ordering: .sequentiallyConsistent)
            guard let answer = try? client.get() else { return }
            let after = self.epoch.load(ordering: .sequentiallyConsistent)
            if before == after, before.isMultiple(of: 2) {
                self.notes.withLock { $0.violations.append("answered in epoch \(before): \(answer.head)") }
            }
            self.anonymousAnswers.wrappingAdd(1, ordering: .relaxed)
            if answer.head.contains("Connection: close\r\n") { return }
        }
    }

    /// The same with streams, two at a time.
    private func beAnonymousOverHTTP2() {
        guard let client = try? HTTP2Client(to: self.endpoint) else { return }
        while !self.isStopping.load(ordering: .relaxed) {
            let before = self.epoch.load(ordering: .sequentiallyConsistent)
            guard let streams = try? [client.request(), client.request()] else { return }
            let answers = client.answers(streams).values.count { $0.isOK }
            let after = self.epoch.load(ordering: .sequentiallyConsistent)
            if answers > 0, before == after, before.isMultiple(of: 2) {
                self.notes.withLock { $0.violations.append("a stream was answered in epoch \(before)") }
            }
            self.anonymousAnswers.wrappingAdd(answers, ordering: .relaxed)
            if answers < 2 { return }
        }
    }

    private static func meansClosed(_ failure: SystemCallFailure) -> Bool {
        failure.code == EPIPE || failure.code == ECONNRESET
    }
}
