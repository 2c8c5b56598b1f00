public import Engine
public import Model
import Synchronization

/// A data plane with one load balancer, on free ports, for tests that need no service.
public final class RunningEngine: Sendable {
    public let engine: EngineDataPlane
    private let box: RecordBox
    private let generation = Atomic<UInt64>(0)
    private let workers: Int

    private final class RecordBox: Sendable {
        let records = Mutex<[ConnectionRecord]>([])
        let accessLines = Mutex<[String]>([])
    }

    /// Prepares an engine; a second of its health checks may be shorter than others.
    public convenience init(workers: Int = 2, healthCheckSecond: Duration = .seconds(1)) {
        var tuning = EngineTuning()
        tuning.healthCheckSecond = healthCheckSecond
        self.init(workers: workers, tuning: tuning)
    }

    /// Prepares an engine with smaller bounds.
    package init(workers: Int = 1, tuning: EngineTuning) {
        let box = RecordBox()
        self.box = box
        self.workers = workers
        self.engine = EngineDataPlane(tuning: tuning) { records in
            box.records.withLock { $0 += records }
        } access: { lines in
            let text = lines.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
            box.accessLines.withLock { $0 += text.split(separator: "\n").map(String.init) }
        }
    }

    /// Everything logged so far.
    public var records: [ConnectionRecord] { self.box.records.withLock { $0 } }

    /// The access log so far.
    public var accessLines: [String] { self.box.accessLines.withLock { $0 } }

    /// Runs these listeners and no others; returns when every worker enforces them.
    public func run(_ listeners: [ServedListener], targetGroups: [ServedTargetGroup] = []) async throws {
        let next = self.generation.wrappingAdd(1, ordering: .relaxed).newValue
        let snapshot = Snapshot(
            generation: next,
            workers: self.workers,
            listeners: listeners,
            targetGroups: targetGroups
        )
        let failures = await self.engine.prepare(snapshot)
        if let failure = failures.values.first { throw failure }
        await self.engine.commit(generation: next)
    }

    /// Where a listener can be reached.
    public func endpoint(_ listener: ServedListener) throws -> Endpoint {
        guard let bound = self.engine.boundEndpoint(of: listener.id) else {
            throw SystemCallFailure("the listener does not run", 0)
        }
        return bound
    }

    public func stop() async {
        // The tests are through with their clients; a longer grace would only wait for them to hang up.
        await self.engine.stop(grace: .milliseconds(100))
    }

    /// Waits until the access log has so many lines, at most 30 s; those that it has by then.
    public func accessLines(count: Int) async -> [String] {
        for _ in 0..<3_000 where self.accessLines.count < count {
            try? await Task.sleep(for: .milliseconds(10))
        }
        return self.accessLines
    }

    /// Waits until a record matches, for so many seconds at most; nil if none does.
    public func record(
        within seconds: Int = 5,
        where matches: (ConnectionRecord) -> Bool
    ) async -> ConnectionRecord? {
        for _ in 0..<seconds * 100 {
            if let record = self.records.last(where: matches) { return record }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }
}

extension ServedListener {
    /// A listener on a free port of 127.0.0.1.
    public static func test(
        _ name: String = "test",
        id: ResourceID = .random(),
        tls: ServedTLS? = nil,
        action: ServedAction,
        rules: [ServedRule] = [],
        attributes: LoadBalancerAttributes = .standard,
        accessLog: ServedAccessLog? = nil
    ) -> ServedListener {
        ServedListener(
            id: id,
            name: name,
            loadBalancerPath: "app/test/0123456789abcdef",
            endpoint: Endpoint(address: .loopback, port: 0),
            tls: tls,
            action: action,
            rules: rules,
            attributes: attributes,
            accessLog: accessLog
        )
    }

    /// The same listener with other attributes.
    public func with(_ attributes: LoadBalancerAttributes) -> ServedListener {
        ServedListener(
            id: self.id,
            name: self.name,
            loadBalancerPath: self.loadBalancerPath,
            endpoint: self.endpoint,
            tls: self.tls,
            action: self.action,
            rules: self.rules,
            relay: self.relay,
            attributes: attributes,
            accessLog: self.accessLog
        )
    }

    /// The same listener with another client policy.
    public func with(_ policy: ClientPolicy) -> ServedListener {
        ServedListener(
            id: self.id,
            name: self.name,
            loadBalancerPath: self.loadBalancerPath,
            endpoint: self.endpoint,
            tls: self.tls.map {
                ServedTLS(
                    certificateChain: $0.certificateChain,
                    privateKey: $0.privateKey,
                    clientPolicy: policy,
                    sslPolicy: $0.sslPolicy,
                    additionalCertificates: $0.additionalCertificates,
                    namePolicies: $0.namePolicies,
                    offersHTTP2: $0.offersHTTP2,
                    identityHeaders: $0.identityHeaders,
                    sessionResumption: $0.sessionResumption
                )
            },
            action: self.action,
            rules: self.rules,
            relay: self.relay,
            attributes: self.attributes,
            accessLog: self.accessLog
        )
    }
}

extension ServedAction {
    /// A fixed response in plain text; 200 unless said otherwise.
    public static func fixed(_ body: String, status: Int = 200) throws -> ServedAction {
        .fixedResponse(
            try FixedResponse(statusCode: status, contentType: "text/plain", messageBody: body)
        )
    }

    public static func forward(_ targets: Endpoint...) -> ServedAction {
        .forward(targetGroupID: ResourceID(bits: 1), targets: targets)
    }
}
